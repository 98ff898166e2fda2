import { createHash } from 'node:crypto';
import { col, len, lit } from './builder/functions.ts';
import { concat, scan, type LazyPlan } from './builder/lazy-plan.ts';
import { canonicalQuery } from './canonical.ts';
import { titanicSource } from './fixtures/titanic.ts';
import { parsePlan } from './parse.ts';

const sources = new Map([['titanic', titanicSource], ['other', titanicSource]]);
const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');
const canonical = (plan: LazyPlan) => canonicalQuery(parsePlan(plan.toJson(), sources), digest);
const t = scan('titanic');
const age = col('Age');

const same: [what: string, a: LazyPlan, b: LazyPlan][] = [
  ['operands of sums and products', t.select(age.add(col('Fare')).mul(2).mean()), t.select(lit(2).mul(col('Fare').add(age)).mean())],
  ['sides of a comparison', t.filter(age.gt(3)).select(len()), t.filter(lit(3).lt(age)).select(len())],
  ['conditions in one filter or two, in any order', t.filter(age.gt(3).and(col('Sex').eq('male'))).select(len()), t.filter(col('Sex').eq('male')).filter(age.gt(3)).select(len())],
  ['a condition said twice', t.filter(age.gt(3)).filter(age.gt(3)).select(len()), t.filter(age.gt(3)).select(len())],
  ['members of a list', t.filter(col('Pclass').isIn([1, 2])).select(len()), t.filter(col('Pclass').isIn([2, 1, 1])).select(len())],
  ['names on the way', t.withColumns(age.mul(2).alias('a')).filter(col('a').gt(3)).select(col('a').mean()), t.withColumns(age.mul(2).alias('b')).filter(col('b').gt(3)).select(col('b').mean())],
  ['renaming', t.rename({ Age: 'Years' }).select(col('Years').mean()), t.select(age.mean())],
  ['columns that are not used', t.drop('Fare').select(age.mean()), t.select(age.mean())],
  ['the order of keys is that of columns', t.groupBy('Sex', 'Pclass').len().select('Pclass', 'Sex', 'len'), t.groupBy('Pclass', 'Sex').len().select('Pclass', 'Sex', 'len')],
  ['a column made before or after a filter', t.withColumns(age.mul(2).alias('a')).filter(col('Fare').gt(1)).select(col('a').sum()), t.filter(col('Fare').gt(1)).select(age.mul(2).sum())],
];

const different: [what: string, a: LazyPlan, b: LazyPlan][] = [
  ['sides of a difference', t.select(age.sub(col('Fare')).mean()), t.select(col('Fare').sub(age).mean())],
  ['another source', t.select(len()), scan('other').select(len())],
  ['another filter', t.filter(age.gt(3)).select(len()), t.filter(age.gt(4)).select(len())],
  ['another aggregate', t.select(age.mean()), t.select(age.sum())],
  ['filtered before or after a window', t.withColumns(age.mean().over().alias('m')).filter(age.gt(3)).select(col('m').sum()), t.filter(age.gt(3)).withColumns(age.mean().over().alias('m')).select(col('m').sum())],
  ['another replacement', t.groupBy(col('Sex').str.replace('m', 'a')).len(), t.groupBy(col('Sex').str.replace('m', 'b')).len()],
  ['another partition', t.select(age.mean().over('Sex')), t.select(age.mean().over('Pclass'))],
  ['left or right of a self-join', t.join(t, { on: 'Pclass' }).select('Age'), t.join(t, { on: 'Pclass' }).select('Age_right')],
  ['swapped names before a join', t.join(t.select('Age', 'Fare'), { on: 'Age' }).select(len()), t.join(t.select(col('Age').alias('Fare'), col('Fare').alias('Age')), { on: 'Age' }).select(len())],
  ['order', t.sort('Age').head(3), t.sort('Age', { descending: true }).head(3)],
  ['order of columns', t.select('Age', 'Fare'), t.select('Fare', 'Age')],
  ['once or stacked', t.select(len()), concat([t, t]).select(len())],
  ['what is unpivoted', t.unpivot(['Sex'], ['Age']), t.unpivot(['Sex'], ['Fare'])],
  ['inner or left', t.join(t, { on: 'Age' }).select(len()), t.join(t, { on: 'Age', how: 'left' }).select(len())],
];

describe('canonically', () => {
  it.each(same)('the same: %s', (_what, a, b) => expect(canonical(a).digest).toBe(canonical(b).digest));
  it.each(different)('different: %s', (_what, a, b) => expect(canonical(a).digest).not.toBe(canonical(b).digest));

  it('headings are not part of the question, and are told', () => {
    const [a, b] = [canonical(t.select(age.mean().alias('mean'))), canonical(t.select(age.mean().alias('average')))];
    expect(a.digest).toBe(b.digest);
    expect([a.names, b.names]).toEqual([['mean'], ['average']]);
  });
});
