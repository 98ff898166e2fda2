import { isFault } from '@podnet/errors';
import { col, len, lit } from './builder/functions.ts';
import { concat, scan } from './builder/lazy-plan.ts';
import { titanicSource } from './fixtures/titanic.ts';
import { parsePlan } from './parse.ts';
import { analysePlan } from './analyse.ts';

const sources = new Map([['titanic', titanicSource]]);
const t = scan('titanic');
const read = (json: unknown) => parsePlan(json, sources);

function refusal(json: unknown): [string, string | undefined] {
  try {
    read(json);
  } catch (error) {
    if (isFault(error)) return [error.code, error.details.at];
    throw error;
  }
  throw new Error('It was read.');
}

const scanJson = { node: 'scan', source: 'titanic' };
const filterOf = (predicate: unknown) => ({ version: 1, node: 'slice', offset: 0, length: 1, input: { node: 'drop', columns: ['Name'], input: { node: 'filter', predicate, input: scanJson } } });
const nested = (levels: number) => {
  let json: unknown = { expr: 'literal', value: 1 };
  for (let level = 0; level < levels; level += 1) json = { expr: 'arithmetic', op: 'add', left: json, right: { expr: 'literal', value: 1 } };
  return filterOf({ expr: 'comparison', op: 'gt', left: json, right: { expr: 'literal', value: 1 } });
};

const mistakes: [what: string, json: unknown, code: string, at: string][] = [
  ['no object', 'SELECT 1', 'usage.invalid', '$'],
  ['no version', scanJson, 'usage.unsupported', '$.version'],
  ['another version', { version: 2, ...scanJson }, 'usage.unsupported', '$.version'],
  ['no node', { version: 1 }, 'usage.invalid', '$.node'],
  ['an unknown node', { version: 1, node: 'pythonUdf' }, 'plan.unknown-operation', '$.node'],
  ['a node by a name of every object', { version: 1, node: 'constructor' }, 'plan.unknown-operation', '$.node'],
  ['an unknown expression', filterOf({ expr: 'map', input: { expr: 'column', name: 'Age' } }), 'plan.unknown-operation', '$.input.input.predicate.expr'],
  ['an unknown key', { version: 1, ...scanJson, where: 1 }, 'usage.unknown-key', '$'],
  ['an unknown dataset', { version: 1, node: 'scan', source: 'secret' }, 'dataset.unknown', '$.source'],
  ['an unknown column', filterOf({ expr: 'column', name: 'Salary' }), 'schema.unknown-column', '$.input.input.predicate.name'],
  ['a text where a number is needed', filterOf(col('Name').add(1).gt(2).json), 'plan.wrong-type', '$.input.input.predicate.left.left'],
  ['a comparison of a text with a number', filterOf(col('Name').gt(3).json), 'plan.wrong-type', '$.input.input.predicate'],
  ['a number as a condition', filterOf(col('Age').json), 'plan.wrong-type', '$.input.input.predicate'],
  ['a filter inside no aggregate', filterOf(col('Age').filter(col('Age').gt(1)).gt(2).json), 'plan.misplaced', '$.input.input.predicate.left'],
  ['an aggregate inside an aggregate', t.select(col('Age').sub(col('Age').mean()).sum()).toJson(), 'plan.misplaced', '$.columns[0].input'],
  ['a row in a group', t.groupBy('Sex').agg(col('Age')).toJson(), 'plan.misplaced', '$.aggs[0]'],
  ['two columns of one name', t.select('Age', col('Fare').alias('Age')).toJson(), 'plan.duplicate-column', '$.columns'],
  ['other columns below', concat([t.select('Age'), t.select('Fare')]).toJson(), 'schema.incompatible', '$.inputs[1]'],
  ['no list', t.explode('Age').toJson(), 'plan.wrong-type', '$.column'],
  ['not a date', t.filter(lit('1912-02-30', 'date').eq(lit('1912-04-15', 'date'))).toJson(), 'plan.wrong-type', '$.predicate.left'],
  ['an infinite number', filterOf({ expr: 'literal', value: Infinity }), 'usage.invalid', '$.input.input.predicate.value'],
  ['a name with an escape sequence', t.select(col('Age').alias('a\u001b[2J')).toJson(), 'usage.invalid', '$.columns[0].name'],
  ['30 000 terms', nested(30_000), 'usage.too-deep', '$'],
  ['300 terms', nested(300), 'usage.too-deep', '$'],
  ['100 000 columns', t.select(...Array.from({ length: 100_000 }, (_, index) => lit(1).alias(`c${index}`))).toJson(), 'usage.too-large', '$'],
  ['10 000 columns', t.select('Age', ...Array.from({ length: 10_000 }, (_, index) => lit(1).alias(`c${index}`))).toJson(), 'usage.too-large', '$'],
  ['a very long text', filterOf(col('Name').eq('x'.repeat(600_000)).json), 'usage.too-large', '$'],
  ['joins that double columns for ever', Array.from({ length: 12 }).reduce<typeof t>((plan, _none, index) => plan.join(plan, { how: 'cross', suffix: `_${index}` }), t.select('Age')).toJson(), 'usage.too-large', '$'],
];

describe('a plan', () => {
  it.each(mistakes)('with %s is refused by a code and a path', (_what, json, code, at) => {
    const [found, where] = refusal(json);
    expect(found).toBe(code);
    expect(where?.startsWith('$')).toBe(true);
    if (code !== 'usage.too-large') expect(where).toBe(at);
  });

  it('of ninety terms and of fifty steps is read', () => {
    expect(read(nested(90)).nodes).toBe(4);
    expect(read(Array.from({ length: 49 }).reduce<typeof t>((plan) => plan.filter(col('Age').gt(1)), t).toJson()).nodes).toBe(50);
  });

  it('never repeats what was written in it', () => {
    try {
      read(filterOf({ expr: 'column', name: 'topsecret' }));
    } catch (error) {
      expect(JSON.stringify(isFault(error) ? error.toBody() : error)).not.toContain('topsecret');
    }
    expect.assertions(1);
  });

  it('keys such as __proto__ are unknown keys', () => {
    expect(refusal(JSON.parse('{"version":1,"node":"scan","source":"titanic","__proto__":{"a":1}}'))[0]).toBe('usage.unknown-key');
  });
});

describe('the analysis', () => {
  it('of a plan of fifty nodes takes less than a millisecond once it is warm', () => {
    let plan = t.filter(col('Age').gt(1));
    for (let step = 0; step < 16; step += 1) plan = plan.withColumns(col('Fare').mul(2).alias(`f${step}`)).filter(col(`f${step}`).gt(step)).rename({ [`f${step}`]: `g${step}` });
    const typed = read(plan.groupBy('Sex').agg(col('g3').mean(), len()).toJson());
    expect(typed.nodes).toBeGreaterThanOrEqual(50);
    for (let run = 0; run < 300; run += 1) analysePlan(typed);
    const times = Array.from({ length: 50 }, () => {
      const before = performance.now();
      analysePlan(typed);
      return performance.now() - before;
    }).sort((a, b) => a - b);
    // The quickest of many: what it costs when nobody else has the machine.
    expect(times[0]).toBeLessThan(1);
  });
});
