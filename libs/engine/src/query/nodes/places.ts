import type { NodeCompiler, Step } from '../compilation.ts';

const orders: NodeCompiler['orders'] = () => [true];

/** An offset before the first row starts there; the native slice would take fewer rows instead. */
export const slice: NodeCompiler = {
  orders,
  compile: ({ run, inputs: [input], fields: { offset, length } }: Step<{ offset: number; length: number | null }>) => {
    const mostRows = (): number => Math.min(input!.mostRows(), length ?? Infinity);
    if (offset >= 0) return run.taken({ ...input!, mostRows, frame: input!.frame.slice(offset, length ?? greatestLength) });
    const tail = input!.frame.tail(-offset);
    return run.taken({ ...input!, mostRows, frame: length === null ? tail : tail.slice(0, length) });
  },
};

const greatestLength = 2 ** 32 - 1;

export const withRowIndex: NodeCompiler = {
  orders,
  compile: ({ run, inputs: [input], fields: { name, offset } }: Step<{ name: string; offset: number }>) => {
    const { pl } = run;
    const place = run.key();
    const { key, expression } = run.keyed(pl.col(place).cast(pl.Int64).add(pl.lit(offset).cast(pl.Int64)));
    return run.taken({ ...input!, frame: input!.frame.withRowIndex(place).withColumns(expression), columns: new Map([[name, key], ...input!.columns]) });
  },
};
