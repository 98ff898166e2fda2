import type { NodeCompiler, Step } from '../compilation.ts';

const orders: NodeCompiler['orders'] = (_node, ordered) => [ordered];

export const rename: NodeCompiler = {
  orders,
  compile: ({ inputs: [input], fields }: Step<{ columns: { from: string; to: string }[] }>) => {
    const names = new Map(fields.columns.map(({ from, to }) => [from, to]));
    return { ...input!, columns: new Map([...input!.columns].map(([name, key]) => [names.get(name) ?? name, key])) };
  },
};

export const drop: NodeCompiler = {
  orders,
  compile: ({ inputs: [input], fields: { columns } }: Step<{ columns: string[] }>) => ({ ...input!, columns: new Map([...input!.columns].filter(([name]) => !columns.includes(name))) }),
};
