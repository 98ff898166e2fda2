import type { NodeCompiler, Step } from '../compilation.ts';
import { widened } from '../native-type.ts';
import { hiddenKeys, type Carried, type QueryFrame } from '../query-frame.ts';

/** Frames one below the other. A row has the carriers of its own part only: those of other parts are there as columns, and not present. */
export const concat: NodeCompiler = {
  orders: ({ inputs }, ordered) => inputs.map(() => ordered),
  compile: (step: Step): QueryFrame => {
    const { run, node, inputs } = step;
    const { pl } = run;
    const names = node.schema.map(({ name, type }) => ({ name, type, key: run.key() }));
    const marker = inputs.map(() => run.key());
    const parts = inputs.map((input, at) => {
      const hidden = hiddenKeys(input);
      const own = names.map(({ name, type, key }) => widened(pl, pl.col(input.columns.get(name)!), node.inputs[at]!.schema.find((column) => column.name === name)!.type, type).alias(key));
      return input.frame.select(...own, ...hidden.map((key) => pl.col(key)), pl.lit(true).alias(marker[at]!));
    });
    let frame = pl.concat(parts, { how: 'diagonal' });
    /** A boolean of one part, which is false in the others' rows; without one, whether the row is of the part. */
    const withinPart = (at: number, key: string | null): string => {
      const of = pl.col(marker[at]!).isNotNull();
      const made = run.keyed(key === null ? of : pl.when(of).then(pl.col(key)).otherwise(pl.lit(false)));
      frame = frame.withColumns(made.expression);
      return made.key;
    };
    const carriers = new Map(inputs.flatMap((input, at) => [...input.carriers].map(([id, carried]): [number, Carried] => {
      const present = withinPart(at, carried.present);
      return [id, carried.kind === 'one' ? { ...carried, certain: false, present } : { ...carried, present }];
    })));
    const marks = new Map(inputs.flatMap((input, at) => [...input.marks].map(([id, key]): [number, string] => [id, withinPart(at, key)])));
    const watches = inputs.flatMap((input, at) => input.watches.map((watch) => ({ ...watch, key: withinPart(at, watch.key) })));
    return { frame, columns: new Map(names.map(({ name, key }) => [name, key])), carriers, marks, watches, complete: new Set(), never: new Set(), mostRows: () => inputs.reduce((all, input) => all + input.mostRows(), 0) };
  },
};
