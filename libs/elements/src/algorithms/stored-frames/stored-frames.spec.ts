import { col, len, scan } from '@podnet/plan';
import { body } from '../../body.ts';
import { noBits } from '../../fixtures/no-bits.ts';
import { refusalOf } from '../../fixtures/refusal.ts';
import { ask } from '../../fixtures/small-task.ts';
import { openPodSession } from '../../open.ts';
import type { FramesSummary } from '../../query/summary.ts';
import { scansBeside } from '../../schema-check.ts';
import { memoryData, simulate } from '../../simulator/simulator.ts';
import { parseTriple } from '../../triple.ts';

const schema = [{ name: 'id', kind: 'integer' }, { name: 'age', kind: 'number' }];
const podOf = (name: string) => ({ podId: `pod-${name}`, podName: name, data: memoryData(schema, [{ id: 1, age: 40 }, { id: 2, age: 50 }], { dataset: `${name}-people` }) });

const triple = (params: object, pods: ReturnType<typeof podOf>[], algorithm = 'stored-frames') => ({ protocol: ask('results-only'), algorithm: ask(algorithm, params), model: null, pods });
const keeping = (name: string) => ({ plan: scan('data').filter(col('age').gt(10)).toJson(), keep: { name, hours: 2 } });
const columns = [{ name: 'id', type: 'integer' }, { name: 'age', type: 'number' }];
const entry = (name: string, pod: string) => ({ name, columns, datasets: [`${pod}-people`], madeAt: 0, expiresAt: 7_200_000, stale: false });

test('frames are listed pod by pod, without a word of their rows', () => {
  const pods = [podOf('east'), podOf('west')];
  simulate(triple(keeping('old'), pods, 'frame-query'));
  simulate(triple(keeping('more'), [pods[0]!], 'frame-query'));
  const summary = simulate(triple({ do: 'list' }, pods)).outcome!.summary as FramesSummary;
  expect(summary).toEqual({ pods: [{ pod: 'east', frames: [entry('old', 'east'), entry('more', 'east')] }, { pod: 'west', frames: [entry('old', 'west')] }], absent: [] });
});

test('a deleted frame is gone, and the others stay', () => {
  const pods = [podOf('east'), podOf('west')];
  for (const name of ['old', 'young']) simulate(triple(keeping(name), pods, 'frame-query'));
  expect(simulate(triple({ do: 'delete', frame: 'old' }, pods)).outcome!.summary).toEqual({ deleted: 'old', pods: ['east', 'west'], absent: [] });
  expect(simulate(triple({ do: 'list' }, pods)).outcome!.summary).toMatchObject({ pods: [{ frames: [{ name: 'young' }] }, { frames: [{ name: 'young' }] }] });
  const counting = (name: string) => simulate({ ...triple({ plan: scan(name).select(len()).toJson(), combine: 'each' }, pods, 'frame-query') });
  expect(counting('young').outcome!.contributors).toHaveLength(2);
  expect(counting('old').outcome).toBeNull();
});

test('the name of a frame that is to go is looked for where those of queries are', () => {
  const pods = [podOf('east')];
  expect(scansBeside(triple({ do: 'delete', frame: 'old' }, pods), 'east-people')).toEqual(['old']);
  expect(scansBeside(triple({ do: 'list' }, pods), 'east-people')).toEqual([]);
});

test.each<[string, object, RegExp]>([
  ['nothing to do', {}, /./],
  ['something else to do', { do: 'read' }, /./],
  ['a deletion of nothing', { do: 'delete' }, /named to be deleted/],
  ['a list of one', { do: 'list', frame: 'old' }, /only then/],
  ['a name that no frame can have', { do: 'delete', frame: 'data' }, /task's dataset/],
])('parameters with %s are refused before anything travels', (_name, params, says) => {
  const refusal = refusalOf(() => parseTriple(triple(params, [])));
  expect(refusal).toMatchObject({ code: 'usage.invalid', at: expect.stringMatching(/^algorithm\.(do|frame)$/) as unknown, detail: expect.stringMatching(says) as unknown });
});

const good = entry('old', 'west');
test.each<[string, object, unknown]>([
  ['nothing', { do: 'list' }, null],
  ['a key more', { do: 'list' }, { frames: [{ ...good, rows: 2 }] }],
  ['a name twice', { do: 'list' }, { frames: [good, good] }],
  ['an unknown type', { do: 'list' }, { frames: [{ ...good, columns: [{ name: 'id', type: 'blob' }] }] }],
  ['an instant that is none', { do: 'list' }, { frames: [{ ...good, expiresAt: 1e300 }] }],
  ['a name that moves the cursor', { do: 'list' }, { frames: [{ ...good, name: '\u001b[2J' }] }],
  ['the word of a deletion', { do: 'list' }, { deleted: 'old' }],
  ['the deletion of another', { do: 'delete', frame: 'old' }, { deleted: 'young' }],
  ['a list in place of a deletion', { do: 'delete', frame: 'old' }, { frames: [] }],
])('an answer that is %s is left out, and its pod is named', (_name, params, json) => {
  const pods = [podOf('east'), podOf('west')];
  simulate(triple(keeping('old'), pods, 'frame-query'));
  const { outcome, excluded } = simulate({ ...triple(params, pods), minPods: 1 }, undefined, { output: (podId, output) => (podId === 'pod-west' ? { type: 'finish', body: body(json) } : output) });
  expect(excluded).toEqual([{ podId: 'pod-west', code: 'envelope.malformed' }]);
  expect(outcome).toMatchObject({ contributors: ['pod-east'] });
});

test('a pod that keeps no frames says so', () => {
  const { frames: _frames, ...data } = podOf('east').data;
  const session = openPodSession({ ...triple({ do: 'list' }, []), privacy: null, podIndex: 0, podCount: 1, data, bits: noBits });
  expect(refusalOf(() => session.start()).code).toBe('usage.unsupported');
});
