import { copyRows, probeDatabase } from '@podnet/engine';
import { toFault } from '@podnet/errors';
import type { FromCopier, ToCopier } from './copy-messages.ts';

/**
 * The process that reads a database. It has the address of that database, and of the disk only one empty folder: it never sees the pod's keys,
 * and what it has read never sees the network. It does one thing and ends.
 */
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);
process.umask(0o077);

async function answer(message: ToCopier): Promise<FromCopier> {
  try {
    return message.type === 'copy' ? { type: 'copied', copied: await copyRows(message.work, message.folder) } : { type: 'probed', probe: await probeDatabase(message.work) };
  } catch (error) {
    const { code, message: says, details, cause } = toFault(error);
    // What is not a fault may quote the address: of it only the name is kept.
    const log = typeof cause === 'string' ? cause : cause instanceof Error ? cause.name : '';
    return { type: 'fault', code, says, at: details.at, hint: details.hint, log } as FromCopier;
  }
}

process.once('message', (message: ToCopier) => {
  void answer(message).then((said) => process.send?.(said, undefined, undefined, () => process.exit(0)));
});
