import { readFileSync } from 'node:fs';
import path from 'node:path';
import { prepareElements } from '@podnet/elements';
import { col, len, lit, when } from '@podnet/plan';
import { penguinPods } from '../fixtures/penguin-pods.ts';
import { frameCalls } from './frame-calls.ts';

const guide = readFileSync(path.resolve(import.meta.dirname, '../../../../docs/guides/modeller.md'), 'utf8');
const section = guide.slice(guide.indexOf('## 5. Ask questions'), guide.indexOf('## In scripts'));

/** Code of the section with what it is said to print; imports and the connection are given. */
const steps = [...section.matchAll(/```ts\n((?:(?!```)[^])*)```\n\n```text\n((?:(?!```)[^])*)```/g)].map(([, code, says]) => ({ code: code!, says: says! }));

test('the guide has several examples that print', () => expect(steps.length).toBeGreaterThanOrEqual(6));

test('every example of the guide runs, and prints what the guide says', async () => {
  await prepareElements();
  const podnet = frameCalls(penguinPods({ names: 'file', third: 'penguins' }).asker);
  const printed: string[][] = [];
  const console = { log: (...values: unknown[]) => void printed.at(-1)!.push(values.map(String).join(' ')) };
  const body = steps.map(({ code }) => `begin();\n${code}`).join('\n');
  const run = new (Object.getPrototypeOf(async () => undefined).constructor as new (...texts: string[]) => (...given: unknown[]) => Promise<void>)('podnet', 'col', 'len', 'lit', 'when', 'console', 'begin', body);
  await run(podnet, col, len, lit, when, console, () => void printed.push([]));
  steps.forEach(({ says }, i) => expect(`${printed[i]!.join('\n')}\n`).toBe(says));
});
