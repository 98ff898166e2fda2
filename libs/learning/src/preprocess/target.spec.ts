import type { Column, Table } from '../table.ts';
import { encodeTarget, planTarget, rowsWithTarget, type TargetRequest } from './target.ts';

const species = { name: 'species', kind: 'category', domain: ['Adelie', 'Chinstrap', 'Gentoo'] } as const;
const num = { name: 'num', kind: 'integer' } as const;
const stage = { name: 'stage', kind: 'category', domain: [0, 1, 2, 3, 4] } as const;
const smokes = { name: 'smokes', kind: 'boolean' } as const;

const tableOf = (column: Column): Table => ({ rows: column.kind === 'number' ? column.values.length : column.codes.length, columns: [column] });
const numbers = (name: string, ...values: number[]): Table => tableOf({ kind: 'number', name, values: Float64Array.from(values) });
const categories = (name: string, domain: string[], ...codes: number[]): Table => tableOf({ kind: 'category', name, domain, codes: Int32Array.from(codes) });

describe('a target', () => {
  it.each<[string, TargetRequest, Table, number[], number[], string[] | undefined]>([
    ['classes in the order of the published domain', { column: species, learns: 'classification' }, categories('species', ['Gentoo', 'Adelie', 'Chinstrap'], 0, 1, -1, 2), [2, 0, 1], [0, 1, 3], ['Adelie', 'Chinstrap', 'Gentoo']],
    ['a binarised category', { column: stage, learns: 'classification', positive: ['1.0', 2, 3, 4] }, categories('stage', ['0.0', '1.0', '2.0', '3.0', '4.0'], 0, 3, -1, 1), [0, 1, 1], [0, 1, 3], ['other', 'positive']],
    ['a binarised number', { column: num, learns: 'classification', positive: [1, '2', 3, 4] }, numbers('num', 0, 2, Number.NaN, 7), [0, 1, 0], [0, 1, 3], ['other', 'positive']],
    ['a boolean', { column: smokes, learns: 'classification' }, numbers('smokes', 1, 0, Number.NaN), [1, 0], [0, 1], ['false', 'true']],
    ['a boolean whose positive value is false', { column: smokes, learns: 'classification', positive: ['false'] }, numbers('smokes', 1, 0), [0, 1], [0, 1], ['true', 'false']],
    ['a category that the table holds as numbers', { column: stage, learns: 'classification' }, numbers('stage', 4, Number.NaN, 0), [4, 0], [0, 2], ['0', '1', '2', '3', '4']],
    ['a number', { column: num, learns: 'regression' }, numbers('num', 1.5, Number.NaN, -2), [1.5, -2], [0, 2], undefined],
  ])('can be %s', (_, request, table, y, rows, classes) => {
    const plan = planTarget(request);
    const encoded = encodeTarget(table, Int32Array.from({ length: table.rows }, (_, row) => row), plan);
    expect([...encoded.y]).toEqual(y);
    expect([...encoded.rows]).toEqual(rows);
    expect([...rowsWithTarget(table, Int32Array.from({ length: table.rows }, (_, row) => row), plan)]).toEqual(rows);
    expect('classes' in plan ? plan.classes : undefined).toEqual(classes);
    expect(plan.outputs).toBe(classes?.length ?? 1);
  });

  it.each<[string, TargetRequest, string, string]>([
    ['a number without positive values', { column: num, learns: 'classification' }, 'schema.wrong-kind', 'target.column'],
    ['a text', { column: { name: 'note', kind: 'text' }, learns: 'classification', positive: ['x'] }, 'schema.wrong-kind', 'target.column'],
    ['a category for a regression', { column: species, learns: 'regression' }, 'schema.wrong-kind', 'target.column'],
    ['positive values for a regression', { column: num, learns: 'regression', positive: [1] }, 'usage.invalid', 'target.positive'],
    ['no positive values', { column: species, learns: 'classification', positive: [] }, 'usage.invalid', 'target.positive'],
    ['a positive value outside the domain', { column: species, learns: 'classification', positive: ['Emperor'] }, 'usage.invalid', 'target.positive'],
    ['the whole domain as positive', { column: { ...stage, domain: [0, 1] }, learns: 'classification', positive: [0, '1.0'] }, 'data.single-class', 'target.positive'],
    ['a domain of one value', { column: { ...species, domain: ['Adelie'] }, learns: 'classification' }, 'data.single-class', 'target.column'],
    ['a text among the positive values of a number', { column: num, learns: 'classification', positive: [1, 'two'] }, 'usage.invalid', 'target.positive'],
    ['an empty positive value of a number', { column: num, learns: 'classification', positive: [''] }, 'usage.invalid', 'target.positive'],
    ['both truths of a boolean', { column: smokes, learns: 'classification', positive: [0, 1] }, 'usage.invalid', 'target.positive'],
    ['a positive value of a boolean that is none', { column: smokes, learns: 'classification', positive: ['constructor'] }, 'usage.invalid', 'target.positive'],
  ])('cannot be %s', (_, request, code, at) => {
    expect(() => planTarget(request)).toThrow(expect.objectContaining({ code, details: expect.objectContaining({ at }) }));
  });

  it('refuses infinite values and values outside the domain', () => {
    expect(() => encodeTarget(numbers('num', Infinity), Int32Array.of(0), planTarget({ column: num, learns: 'regression' }))).toThrow(expect.objectContaining({ code: 'data.not-finite' }));
    expect(() => encodeTarget(categories('species', ['Emperor'], 0), Int32Array.of(0), planTarget({ column: species, learns: 'classification' }))).toThrow(
      expect.objectContaining({ code: 'data.value-not-in-domain' }),
    );
  });
});
