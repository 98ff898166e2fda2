import { describeCells, type Statistic } from '@podnet/plan';
import type { Expression } from '../../polars.ts';
import type { NodeCompiler, Step } from '../compilation.ts';
import { missing } from '../native-type.ts';
import type { QueryFrame } from '../query-frame.ts';
import { computeOverGroups } from './group-by.ts';

/** All statistics of all columns are computed as one row, which is then turned: a row for each statistic. */
export const describe: NodeCompiler = {
  orders: () => [false],
  compile: (step: Step<{ statistics: Statistic[] }>): QueryFrame => {
    const { run, node, fields: { statistics } } = step;
    const { pl } = run;
    const schema = node.inputs[0]!.schema;
    const cells = describeCells(statistics, schema);
    // The cells of one column have one name; each is told apart by its place.
    const named = node.expressions.map((expression, index) => ({ ...expression, output: String(index) }));
    const one = computeOverGroups({ ...step, node: { ...node, expressions: named } }, []);
    const key = run.key();
    const places = run.key();
    // One list of places, exploded, repeats the row with everything hidden in it.
    const repeated = one.frame.withColumns(pl.concatList(statistics.map((_one, index) => pl.lit(index).cast(pl.Int64)) as never).alias(places)).explode(places);
    const choose = (options: readonly Expression[], last: Expression): Expression => options.reduceRight((rest, option, index) => pl.when(pl.col(places).eq(pl.lit(index))).then(option).otherwise(rest), last);
    const columns = schema.map(({ name }) => {
      const options = statistics.map((statistic) => {
        const at = cells.findIndex((cell) => cell.statistic === statistic && cell.column === name);
        return at < 0 ? missing(pl, 'number') : pl.col(one.columns.get(String(at))!).cast(pl.Float64, false);
      });
      return { name, ...run.keyed(choose(options, missing(pl, 'number'))) };
    });
    const what = choose(statistics.map((statistic) => pl.lit(statistic)), missing(pl, 'text')).alias(key);
    return {
      ...one, mostRows: () => statistics.length, watches: one.watches.map((watch) => ({ ...watch, column: cells[Number(watch.column)]!.column })),
      frame: repeated.withColumns(what, ...columns.map(({ expression }) => expression)),
      columns: new Map([['statistic', key], ...columns.map((column): [string, string] => [column.name, column.key])]),
    };
  },
};
