import { expressionKinds } from '../expressions/registry.ts';
import { col, concatString, len, lit, when } from '../builder/functions.ts';
import { concat, scan, type LazyPlan } from '../builder/lazy-plan.ts';
import { titanicSource } from '../fixtures/titanic.ts';
import { nodeKinds } from '../nodes/registry.ts';
import { nodeRunners } from '../reference/nodes.ts';
import { rowFunctions } from '../reference/row-functions.ts';
import { aggregates } from '../reference/aggregates.ts';
import { parsePlan } from '../parse.ts';
import type { Source, Sources, TypedExpression, TypedNode, TypedPlan } from '../typed.ts';
import { printSentence } from './sentence.ts';
import { printTree } from './tree.ts';

const odd = 'a\u001b[2Jb\u202ec"d';
const sources: Sources = new Map<string, Source>([
  ['titanic', { ...titanicSource, columns: [...titanicSource.columns, { name: 'tags', type: 'list of text' }, { name: 'born', type: 'date' }, { name: odd, type: 'number' }] }],
  ['mine', { kind: 'own', columns: [{ name: 'Name', type: 'text' }] }],
]);
const t = scan('titanic');
const read = (plan: LazyPlan): TypedPlan => parsePlan(plan.toJson(), sources);

const every: LazyPlan[] = [
  t.filter(col('Sex').eq('female').and(col('Age').isBetween(20, 30)).or(col('Pclass').isIn([1, 2])).not()).groupBy('Pclass').agg(col('Age').mean(), len(), col('Age').max().alias('most'), col('Age').count().alias('n')).sort('Age', { descending: true }).head(2),
  t.withColumns(when(col('Age').isNull()).then(1).otherwise(0).alias('m'), col('Age').fillNull(0).clip(0, 50).abs().round(1).cast('integer').alias('r'), col('Age').mul(2).sqrt().alias('q'), col('Fare').mean().over('Sex').alias('w')),
  t.select(concatString('Name', lit('x')).str.toUpperCase().str.slice(0, 3).alias('u'), col('Name').str.contains('M').alias('c'), col('Name').str.lengths().alias('l'), col('born').date.year().alias('y'), col('born').date.truncate('month').alias('t')),
  t.select(col('Age').filter(col('Age').gt(1)).sum()),
  t.join(scan('mine'), { on: 'Name' }).join(t.select('PassengerId', 'Fare'), { on: 'PassengerId', how: 'left' }).drop('Fare').unique({ subset: ['Sex'] }),
  t.joinAsof(t.select('Age', 'Fare').rename({ Fare: 'paid' }), { leftOn: 'Age', rightOn: 'Age' }).dropNulls('paid'),
  concat([t.select('Age'), t.select('Age').fillNull(0).cast({ Age: 'number' })]).withRowIndex('n'),
  t.explode('tags').unpivot(['Sex'], ['Age', 'Fare']).describe(),
];

const nodesOf = (node: TypedNode): TypedNode[] => [node, ...node.inputs.flatMap(nodesOf)];
const expressionsOf = (expression: TypedExpression): TypedExpression[] => [expression, ...expression.operands.flatMap(expressionsOf)];

describe('printing', () => {
  it('has a phrase for every node and every expression there is', () => {
    const nodes = every.flatMap((plan) => nodesOf(read(plan).root));
    expect(new Set(nodes.map(({ kind }) => kind))).toEqual(new Set(nodeKinds.keys()));
    expect(new Set(nodes.flatMap(({ expressions }) => expressions.flatMap(expressionsOf)).map(({ kind }) => kind))).toEqual(new Set(expressionKinds.keys()));
    for (const plan of every) expect(printTree(read(plan)).split('\n').every((line) => line.trim().length > 0)).toBe(true);
  });

  it('reads like SQL, in the order in which things happen', () => {
    const plan = read(t.filter(col('Sex').eq('female').and(col('Age').gt(3))).groupBy('Pclass').agg(col('Survived').mean().alias('rate')).sort('rate', { descending: true }));
    expect(printSentence(plan)).toBe("From titanic, keep rows where (Sex = 'female' AND Age > 3), then group by Pclass and compute AVG(Survived) AS rate, then sort by rate descending.");
    expect(printTree(plan).split('\n')).toEqual(['sort by rate descending', '  group by Pclass and compute AVG(Survived) AS rate', "    keep rows where (Sex = 'female' AND Age > 3)", '      titanic']);
  });

  it('says which tables meet', () => {
    expect(printSentence(read(t.join(scan('mine'), { on: 'Name' })))).toBe('Take (from titanic) and (from your table mine), inner join on Name = Name.');
  });

  it('makes control characters, escapes and reversals harmless, and cuts what is long', () => {
    const printed = printTree(read(t.filter(col(odd).gt(1)).filter(col('Name').eq(`x\n\u001b]0;${'y'.repeat(500)}`))));
    expect([...'\u001b\u202e\r'].filter((mark) => printed.includes(mark))).toEqual([]);
    expect(printed.split('\n')).toHaveLength(3);
    expect(printed.length).toBeLessThan(400);
    expect(printed).toContain('"a?[2Jb?c""d"');
  });
});

describe('the reference', () => {
  it('runs every node and evaluates every expression there is', () => {
    expect([...nodeKinds.keys()].filter((name) => name !== 'scan').sort()).toEqual(Object.keys(nodeRunners).sort());
    const special = ['column', 'literal', 'len', 'over', 'filterValues'];
    expect([...expressionKinds.keys()].sort()).toEqual([...Object.keys(rowFunctions), ...Object.keys(aggregates), ...special].sort());
  });
});
