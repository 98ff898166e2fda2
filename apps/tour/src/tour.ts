import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toFault } from '@podnet/errors';
import { House, killAll } from '@podnet/launch';
import { makeTalk, type Talk } from '@podnet/terminal';
import { folderScene } from './data/folder.ts';
import { penguins } from './data/penguins.ts';
import { readOptions, usage, type TourOptions } from './options.ts';
import { gather, loadAccounts } from './people.ts';
import type { Stage } from './stage.ts';
import { steps } from './steps/index.ts';
import { summarise, type StepResult } from './summary.ts';


const apps = fileURLToPath(new URL('../..', import.meta.url));

/** Runs the demonstration. Resolves with the exit status. */
export async function tour(args: string[]): Promise<number> {
  const began = performance.now();
  let options: TourOptions | 'help';
  try {
    options = readOptions(args);
  } catch (error) {
    const fault = toFault(error);
    process.stderr.write(`${fault.message} ${fault.details.hint ?? ''}\n`);
    return fault.exit;
  }
  if (options === 'help') {
    process.stdout.write(usage);
    return 0;
  }
  process.once('exit', killAll);
  const talk = makeTalk(options.json ? process.stderr : process.stdout, process.env);
  const stop = waitForStop();
  let house: House | undefined;
  try {
    const finished = play(options, talk, began, (opened) => (house = opened));
    const status = await Promise.race([finished, stop.then(() => 130)]);
    if (status !== 0 || options.once) return status;
    talk.say('\nServing. Ctrl-C stops everything.');
    await stop;
    return 0;
  } catch (error) {
    const fault = toFault(error);
    talk.say(`✗ ${fault.message}${fault.details.at ? ` (${fault.details.at})` : ''}`);
    if (fault.code === 'internal.unexpected') talk.say(String((fault.cause as Error | undefined)?.stack ?? fault.cause));
    if (options.json) process.stdout.write(`${JSON.stringify({ readyMs: null, steps: [], error: fault.toBody() })}\n`);
    return fault.exit;
  } finally {
    await house?.close();
  }
}

/** Resolves at the first Ctrl-C or termination; a later one ends at once. One Ctrl-C alone can arrive by terminal and by npm. */
function waitForStop(): Promise<void> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const ask = (): void => {
      if (askedAt !== undefined && performance.now() - askedAt > 1_000) process.exit(130);
      askedAt ??= performance.now();
      resolve();
    };
    process.on('SIGINT', ask);
    process.on('SIGTERM', ask);
  });
}

async function play(options: TourOptions, talk: Talk, began: number, open: (house: House) => void): Promise<number> {
  const home = resolve(options.data ? `${options.home}-data` : options.home);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const scene = options.data ? folderScene(resolve(options.data), options) : penguins(join(home, 'data'));
  talk.say(`Podnet: ${scene.title}`);
  if (scene.leftOut.length > 0) talk.say(`Left out, for they have other columns: ${scene.leftOut.join(', ')}`);

  const { accounts, path } = loadAccounts(home);
  const house = await House.open({ home, apps, port: options.port, hubEnvironment: { PODNET_HUB_NAME: 'demonstration' } });
  open(house);
  const people = await gather(house, accounts);
  const stage: Stage = { house, scene, people };

  const results: StepResult[] = [];
  let readyMs = 0;
  for (const step of steps) {
    const bar = talk.bar(step.name);
    const at = performance.now();
    try {
      const report = await step.run(stage, bar.at);
      results.push({ name: step.name, ok: true, ms: Math.round(performance.now() - at), ...report });
    } catch (error) {
      const fault = toFault(error);
      const cause = fault.code === 'internal.unexpected' ? { stack: String((fault.cause as Error | undefined)?.stack ?? fault.cause) } : {};
      results.push({ name: step.name, ok: false, ms: Math.round(performance.now() - at), says: fault.message, error: fault.toBody(), ...cause });
    } finally {
      bar.end();
    }
    const last = results.at(-1)!;
    talk.say(`${last.ok ? '✓' : '✗'} ${last.name}: ${last.says}`);
    if (step === steps[0]) readyMs = Math.round(performance.now() - began);
    if (step === steps[0] && !last.ok) break;
  }
  talk.say(summarise({ stage, results, readyMs, accounts, accountsPath: path }));
  if (options.json) process.stdout.write(`${JSON.stringify({ readyMs, hub: house.hubUrl, steps: results })}\n`);
  const failed = results.find((result) => !result.ok);
  if (failed) talk.say(`\n✗ The step ${failed.name} failed.`);
  return failed ? 1 : 0;
}
