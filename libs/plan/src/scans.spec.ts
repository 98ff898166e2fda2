import { col, lit } from './builder/functions.ts';
import { concat, scan } from './builder/lazy-plan.ts';
import { renameScans, scansOf } from './scans.ts';

const plan = concat([scan('data').join(scan('visits'), { on: 'id' }), scan('data').filter(col('node').eq(lit('scan')))]).toJson();

test('every scan is found, also under joins and stacks, and each once', () => {
  expect(scansOf(plan)).toEqual(['data', 'visits']);
});

test('what only looks like a plan is looked through all the same', () => {
  expect(scansOf({ anything: [{ node: 'scan', source: 'x' }, { node: 'scan', source: 1 }, { node: 'sort', source: 'y' }] })).toEqual(['x']);
  expect(scansOf(null)).toEqual([]);
});

test('scans are renamed, and nothing else', () => {
  const renamed = renameScans(plan, (name) => (name === 'data' ? 'people' : name));
  expect(scansOf(renamed)).toEqual(['people', 'visits']);
  expect(JSON.stringify(renamed)).toBe(JSON.stringify(plan).replaceAll('"source":"data"', '"source":"people"'));
});

test('depth is limited before anything recurses', () => {
  let deep: unknown = 0;
  for (let i = 0; i < 100_000; i++) deep = [deep];
  expect(() => scansOf(deep)).toThrow(expect.objectContaining({ code: 'usage.too-deep' }));
  expect(() => renameScans(deep, String)).toThrow(expect.objectContaining({ code: 'usage.too-deep' }));
});
