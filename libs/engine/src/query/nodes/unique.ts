import type { NodeCompiler, Step } from '../compilation.ts';
import { unitsOf } from '../births.ts';
import { groupRows } from '../grouping.ts';
import type { QueryFrame } from '../query-frame.ts';
import { inOrderOfKeys } from './group-by.ts';

interface Fields {
  readonly subset: readonly string[] | null;
  readonly keep: 'first' | 'last' | 'any' | 'none';
}

/** Groups of rows that are alike, of which one row is kept. */
export const unique: NodeCompiler = {
  orders: () => [true],
  compile: (step: Step<Fields>): QueryFrame => {
    const { run, node, born, fields: { subset, keep } } = step;
    const { pl } = run;
    const names = subset ?? node.schema.map(({ name }) => name);
    const input = step.inputs[0]!;
    const by = names.map((name) => run.keyed(pl.col(input.columns.get(name)!)));
    const keys = by.map(({ key }) => key);
    const rows = { ...input, frame: input.frame.withColumns(...by.map(({ expression }) => expression)) };
    const kept = (key: string) => (keep === 'last' ? pl.col(key).last() : pl.col(key).first());
    const others = node.schema.filter(({ name }) => !names.includes(name)).map(({ name }) => ({ name, ...run.keyed(kept(input.columns.get(name)!)) }));
    const alone = run.keyed(pl.len());
    const births = born.map((carrier) => {
      const argument = input.columns.get(carrier.column!)!;
      return { run, input: rows, carrier, of: unitsOf(input, carrier), argument, where: null, result: kept(argument) };
    });
    const grouped = groupRows({ step, input: rows, by: keys, aggregates: [...others.map(({ expression }) => expression), alone.expression], births });
    const frame = keep === 'none' ? grouped.frame.filter(pl.col(alone.key).eq(pl.lit(1))) : grouped.frame;
    const found = new Map([...names.map((name, index): [string, string] => [name, keys[index]!]), ...others.map(({ name, key }): [string, string] => [name, key])]);
    return { ...grouped, frame: step.ordered ? inOrderOfKeys(frame, keys) : frame, columns: new Map(node.schema.map(({ name }) => [name, found.get(name)!])) };
  },
};
