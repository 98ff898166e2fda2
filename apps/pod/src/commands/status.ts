import { Fault } from '@podnet/errors';
import { limits } from '@podnet/contracts';
import { readPodFile } from '../config/pod-file.ts';
import { lastPresence } from '../home/presence.ts';
import type { Terminal } from './terminal.ts';

/** A pod notes its connection at every heartbeat; one that has missed several is not there. */
const patienceMs = 5 * limits.heartbeatMs;

/** Whether the pod of this configuration runs and is connected to its hub: quick, for health checks. **Throws** `pod.offline`. */
export function status({ config, json, terminal, now = Date.now() }: { config: string; json: boolean; terminal: Terminal; now?: number }): void {
  const file = readPodFile(config);
  const seen = lastPresence(file.home);
  if (seen === undefined || now - seen > patienceMs) throw new Fault('pod.offline', seen === undefined ? 'The pod does not run, or has not reached its hub yet.' : 'The pod has lost its hub, or does not run.', { hint: 'Look with: podnet pod doctor' });
  terminal.out(json ? JSON.stringify({ ok: true, data: { name: file.config.name, connectedAt: new Date(seen).toISOString() } }) : `${file.config.name} is connected to ${file.config.hub}.`);
}
