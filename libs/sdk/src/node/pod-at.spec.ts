import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { podAt } from './pod-at.ts';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'pod-at-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A pod's program that says this. */
function podSaying(script: string) {
  const program = join(folder, `${Math.random()}.mjs`);
  writeFileSync(program, script);
  return podAt('/clinic/pod.yaml', { program }).datasets;
}
const echo = () => podSaying('console.error("for people"); console.log("first"); console.log(JSON.stringify({ ok: true, data: process.argv.slice(2) }))');

describe('a pod on this machine', () => {
  it('is asked in the words of its program, and a name is never an option', async () => {
    expect(await echo().add({ file: '--name', policy: 'policy.yaml', ignore: ['a', '--b'], replace: true })).toEqual(['dataset', 'add', '--config=/clinic/pod.yaml', '--policy=policy.yaml', '--ignore=a', '--ignore=--b', '--replace', '--json', '--', '--name']);
    expect(await echo().add({ postgres: { urlEnv: 'CLINIC', query: 'select 1', maxSize: '1GiB' }, name: 'ones' })).toEqual(['dataset', 'add', '--config=/clinic/pod.yaml', '--postgres=CLINIC', '--query=select 1', '--max-size=1GiB', '--name=ones', '--json']);
    expect(await echo().refresh('visits')).toEqual(['refresh', '--config=/clinic/pod.yaml', '--dataset=visits', '--json']);
  });

  it('throws what the program tells', async () => {
    const datasets = podSaying('console.log(JSON.stringify({ ok: false, error: { code: "conflict.exists", detail: "A dataset of this name was added before.", at: "visits" } })); process.exitCode = 10');
    await expect(datasets.remove('visits')).rejects.toMatchObject({ code: 'conflict.exists', message: 'A dataset of this name was added before.', details: { at: 'visits' } });
  });

  it.each(['', 'console.log("no JSON")', 'process.exit(1)', 'console.log("null")', 'throw new Error("secret")'])('has a fault for a program that does not answer: %s', async (script) => {
    await expect(podSaying(script).list()).rejects.toMatchObject({ code: 'internal.unexpected', message: expect.not.stringContaining('secret') as string });
  });
});
