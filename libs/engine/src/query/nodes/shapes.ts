import type { TypedNode } from '@podnet/plan';
import type { NodeCompiler, Step } from '../compilation.ts';
import { hiddenKeys, type QueryFrame } from '../query-frame.ts';
import { widened } from '../native-type.ts';

const orders: NodeCompiler['orders'] = (_node, ordered) => [ordered];

const typeIn = (node: TypedNode, input: number, name: string) => node.inputs[input]!.schema.find((column) => column.name === name)!.type;

/** A row for every item, with everything hidden beside it. */
export const explode: NodeCompiler = {
  orders,
  compile: ({ run, inputs: [input], fields: { column } }: Step<{ column: string }>): QueryFrame => {
    const { key, expression } = run.keyed(run.pl.col(input!.columns.get(column)!));
    return { ...input!, frame: input!.frame.withColumns(expression).explode(key), columns: new Map([...input!.columns].map(([name, old]) => [name, name === column ? key : old])), mostRows: () => Infinity };
  },
};

interface Unpivoted {
  readonly index: readonly string[];
  readonly on: readonly string[];
  readonly variableName: string;
  readonly valueName: string;
}

/** The same rows once for every column, one below the other. */
export const unpivot: NodeCompiler = {
  orders,
  compile: ({ run, node, inputs: [input], fields: { index, on, variableName, valueName } }: Step<Unpivoted>): QueryFrame => {
    const { pl } = run;
    const [variable, value] = [run.key(), run.key()];
    const type = node.schema.find(({ name }) => name === valueName)!.type;
    const kept = [...new Set([...index.map((name) => input!.columns.get(name)!), ...hiddenKeys(input!)])];
    const parts = on.map((name) => input!.frame.select(...kept.map((key) => pl.col(key)), pl.lit(name).alias(variable), widened(pl, pl.col(input!.columns.get(name)!), typeIn(node, 0, name), type).alias(value)));
    return {
      ...input!, frame: parts.length === 1 ? parts[0]! : pl.concat(parts), mostRows: () => input!.mostRows() * on.length,
      columns: new Map([...index.map((name): [string, string] => [name, input!.columns.get(name)!]), [variableName, variable], [valueName, value]]),
    };
  },
};
