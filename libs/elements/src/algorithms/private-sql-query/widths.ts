import type { PrivateAnswer } from './answer.ts';

type Json = Readonly<Record<string, unknown>>;

/** The column in which the ± of a column travels through the plan that is computed afterwards. */
export const widthOf = (column: string): string => `± ${column}`;

/**
 * The rest of a plan, by which the ± of each number comes through filters, orders and renamings with it. A column that is computed from several numbers has none.
 */
export function withWidths(rest: Json, aggregates: PrivateAnswer['aggregates']): { rest: Json; carried: readonly string[] } {
  const { node, carried } = follow(rest, aggregates);
  return { rest: node, carried: [...carried.keys()] };
}

/** `carried`: for a column of the frame the column that holds its ±. */
function follow(node: Json, aggregates: PrivateAnswer['aggregates']): { node: Json; carried: ReadonlyMap<string, string> } {
  if (node['node'] === 'scan') return { node, carried: new Map(aggregates.map(({ column }) => [column, widthOf(column)])) };
  if (typeof node['input'] !== 'object' || node['input'] === null) return { node, carried: new Map() };
  const { node: input, carried } = follow(node['input'] as Json, aggregates);
  const made = { ...node, input };
  switch (node['node']) {
    case 'filter':
    case 'sort':
    case 'slice':
      return { node: made, carried };
    case 'select': {
      const kept = (node['columns'] as Json[]).flatMap((expression): [string, string][] => {
        const [from, to] = passedOn(expression) ?? [];
        return from !== undefined && carried.has(from) ? [[to!, carried.get(from)!]] : [];
      });
      const widths = kept.map(([to, width]): Json => ({ expr: 'alias', name: widthOf(to), input: { expr: 'column', name: width } }));
      return { node: { ...made, columns: [...(node['columns'] as Json[]), ...widths] }, carried: new Map(kept.map(([to]) => [to, widthOf(to)])) };
    }
    case 'rename': {
      const names = new Map((node['columns'] as { from: string; to: string }[]).map(({ from, to }) => [from, to]));
      return { node: made, carried: new Map([...carried].map(([column, width]) => [names.get(column) ?? column, width])) };
    }
    case 'drop': {
      const gone = new Set(node['columns'] as string[]);
      return { node: made, carried: new Map([...carried].filter(([column]) => !gone.has(column))) };
    }
    default:
      // The rows are others then, and so are their numbers.
      return { node, carried: new Map() };
  }
}

/** The column that an expression hands on as it is, and its new name. */
function passedOn(expression: Json): [from: string, to: string] | undefined {
  if (expression['expr'] === 'column') return [String(expression['name']), String(expression['name'])];
  if (expression['expr'] !== 'alias') return undefined;
  const inner = passedOn(expression['input'] as Json);
  return inner && [inner[0], String(expression['name'])];
}
