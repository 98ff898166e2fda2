import type { Copied, CopyWork, Probe } from '@podnet/engine';

/** Agent to the process that copies. The address goes this way, and no other. */
export type ToCopier = { type: 'copy'; work: CopyWork; folder: string } | { type: 'probe'; work: CopyWork };

/** What it answers, once. */
export type FromCopier = { type: 'copied'; copied: Copied } | { type: 'probed'; probe: Probe } | { type: 'fault'; code: string; says: string; at?: string; hint?: string; log: string };
