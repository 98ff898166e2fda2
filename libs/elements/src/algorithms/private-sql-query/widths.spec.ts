import type { PrivateAnswer } from './answer.ts';
import { widthOf, withWidths } from './widths.ts';

const aggregates: PrivateAnswer['aggregates'] = [{ column: 'a', kind: 'COUNT', bounds: null, drawn: [0] }, { column: 'b', kind: 'COUNT', bounds: null, drawn: [1] }];
const scan = { node: 'scan', source: 'noisy' };
const column = (name: string) => ({ expr: 'column', name });
const alias = (name: string, input: object) => ({ expr: 'alias', name, input });
const select = (...columns: object[]) => ({ node: 'select', input: scan, columns });
const carriedBy = (rest: object): readonly string[] => withWidths(rest as never, aggregates).carried;

test('every aggregate has its own at the start', () => expect(withWidths(scan, aggregates)).toEqual({ rest: scan, carried: ['a', 'b'] }));

test.each([
  ['filters', { node: 'filter', input: scan, predicate: column('a') }],
  ['orders', { node: 'sort', input: scan, by: [] }],
  ['limits', { node: 'slice', input: scan, offset: 0, length: 1 }],
])('%s leave rows with theirs', (_name, rest) => expect(withWidths(rest, aggregates)).toEqual({ rest, carried: ['a', 'b'] }));

describe('columns that are chosen', () => {
  test('take theirs with them, under the new name', () => {
    const { rest, carried } = withWidths(select(column('key'), alias('people', column('a'))), aggregates);
    expect(carried).toEqual(['people']);
    expect(rest).toEqual(select(column('key'), alias('people', column('a')), alias(widthOf('people'), column(widthOf('a')))));
  });

  test('that are computed have none', () => {
    const sum = alias('sum', { expr: 'arithmetic', op: 'add', left: column('a'), right: column('b') });
    expect(withWidths(select(sum, column('b')), aggregates)).toMatchObject({ carried: ['b'], rest: { columns: [sum, column('b'), alias(widthOf('b'), column(widthOf('b')))] } });
    expect(carriedBy(select(alias('a', { expr: 'abs', input: column('b') })))).toEqual([]);
  });

  test('twice have it twice', () => expect(carriedBy(select(alias('x', column('a')), alias('y', column('a'))))).toEqual(['x', 'y']));

  test('that change places keep their own', () => {
    const { rest } = withWidths(select(alias('b', column('a')), alias('a', column('b'))), aggregates);
    expect((rest['columns'] as object[]).slice(2)).toEqual([alias(widthOf('b'), column(widthOf('a'))), alias(widthOf('a'), column(widthOf('b')))]);
  });
});

test('names that change change for both', () => expect(carriedBy({ node: 'rename', input: scan, columns: [{ from: 'a', to: 'n' }] })).toEqual(['n', 'b']));

test('columns that are dropped have none', () => expect(carriedBy({ node: 'drop', input: scan, columns: ['a'] })).toEqual(['b']));

test('other steps make other rows, whose numbers have none', () => {
  for (const node of ['unique', 'groupBy', 'withColumns', 'join']) expect(withWidths({ node, input: scan }, aggregates)).toEqual({ rest: { node, input: scan }, carried: [] });
  expect(carriedBy({ node: 'join', left: scan, right: scan })).toEqual([]);
});
