import * as module from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { Fault, isFault, toFault } from '@podnet/errors';
import { readSettings } from './settings.ts';

// Frames live outside of the heap, and every few of them would have all of it collected: half of the work of a round of training was that.
// They count as part of the heap instead, which may grow in between.
setFlagsFromString('--external-memory-accounted-in-global-limit');
setFlagsFromString('--heap-growing-percent=1000');
// Before anything large is imported: the second start finds its code compiled.
module.enableCompileCache();

/** Runs the hub until it is told to stop. `--exit-with-parent`: it also stops when its standard input closes. */
async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const unknown = process.argv.slice(2).find((argument) => argument !== '--exit-with-parent');
  if (unknown !== undefined) throw new Fault('usage.invalid', 'The hub takes one option: --exit-with-parent.', { hint: 'Everything else is a setting; see docs/hub-settings.md.' });
  const { startHub } = await import('./start.ts');

  let askedAt: number | undefined;
  let askedToStop: () => void = () => undefined;
  const stopAsked = new Promise<void>((resolve) => (askedToStop = resolve));
  const ask = (): void => {
    // Whoever asks twice does not want to wait; one Ctrl-C alone can arrive by terminal and by npm.
    if (askedAt !== undefined && performance.now() - askedAt > 1_000) process.exit(130);
    askedAt ??= performance.now();
    askedToStop();
  };
  process.on('SIGTERM', ask).on('SIGINT', ask);
  if (process.argv.includes('--exit-with-parent')) process.stdin.once('end', ask).once('error', ask).resume();

  const hub = await startHub(settings);
  process.stdout.write(`${JSON.stringify({ ready: true, url: hub.url })}\n`);
  await stopAsked;
  setTimeout(() => process.exit(1), settings.drainMs + 5_000).unref();
  await hub.stop();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    const fault = toFault(error);
    process.stderr.write(`${JSON.stringify({ error: fault.toBody() })}\n`);
    if (!isFault(error)) process.stderr.write(`${String((error as Error | undefined)?.stack ?? '').split('\n').slice(1, 8).join('\n')}\n`);
    process.exit(fault.exit);
  },
);
