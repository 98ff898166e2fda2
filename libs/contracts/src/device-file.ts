import { z } from 'zod';
import { publicKeys } from './signed.ts';
import { line } from './text.ts';

/**
 * What `podnet keys export` writes: the public halves of one device, for a pod to pin. It names no fingerprint: whoever reads it computes its own, and
 * people compare that with what the device itself shows.
 */
export const deviceFile = z.strictObject({ v: z.literal(1), name: line(200), keys: publicKeys });
export type DeviceFile = z.infer<typeof deviceFile>;
