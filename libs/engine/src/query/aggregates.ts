import type { ColumnType, TypedExpression } from '@podnet/plan';
import type { Expression, Polars } from '../polars.ts';
import { asDouble } from './native-type.ts';

/** One aggregate of an expression: what it takes, and which rows of it. */
export interface Aggregate {
  readonly expression: TypedExpression;
  /** What it aggregates; null for a number of rows. */
  readonly argument: TypedExpression | null;
  /** Only values of rows where this is true. */
  readonly where: TypedExpression | null;
  /** Keys of the window that it stands in; none when it stands beside all rows, or in a group. */
  readonly window: readonly TypedExpression[];
}

interface Fields {
  readonly op: string;
  readonly quantile?: number;
}

type Compute = (pl: Polars, values: Expression, argument: ColumnType, fields: Fields) => Expression;

const quantile: Compute = (pl, values, _type, { quantile: share }) => asDouble(pl, values).quantile(share ?? 0.5, 'linear');

const asCountable = (pl: Polars, values: Expression, type: ColumnType): Expression => (type === 'number' ? values : values.cast(pl.Int64, false));

/** Aggregates of the values that are left, by kind and operation. */
const computations: Readonly<Record<string, Readonly<Record<string, Compute>>>> = {
  count: {
    count: (pl, values) => values.count().cast(pl.Int64),
    nUnique: (pl, values) => values.nUnique().cast(pl.Int64),
    nUniquePresent: (pl, values) => values.dropNulls().nUnique().cast(pl.Int64),
  },
  moment: {
    sum: (pl, values, type) => asCountable(pl, values, type).sum(),
    sumOrNull: (pl, values, type) => pl.when(values.count().gt(pl.lit(0))).then(asCountable(pl, values, type).sum()).otherwise(pl.lit(null)),
    mean: (pl, values) => asDouble(pl, values).mean(),
    var: (pl, values) => asDouble(pl, values).var(),
    std: (pl, values) => asDouble(pl, values).std(),
  },
  orderStatistic: {
    min: (_pl, values) => values.min(),
    max: (_pl, values) => values.max(),
    first: (_pl, values) => values.first(),
    last: (_pl, values) => values.last(),
    median: quantile,
    quantile,
    // The least of the most frequent ones.
    mode: (_pl, values) => values.dropNulls().mode().min(),
  },
};

/** Kinds that are computed here and not row by row. */
export const aggregateKinds: ReadonlySet<string> = new Set([...Object.keys(computations), 'len', 'filterValues']);

const dependsOnOrder = ({ expression }: Aggregate): boolean => ['first', 'last'].includes((expression.fields as Partial<Fields>).op ?? '');

/** Whether one of the aggregates asks which row comes first. */
export const needOrder = (aggregates: readonly Aggregate[]): boolean => aggregates.some(dependsOnOrder);

/** Every aggregate in some expressions, outermost first. */
export function aggregatesIn(expressions: readonly TypedExpression[], window: readonly TypedExpression[] = []): Aggregate[] {
  return expressions.flatMap((expression) => {
    const { kind, operands } = expression;
    if (kind === 'over') return aggregatesIn(operands.slice(0, 1), operands.slice(1));
    if (kind === 'len') return [{ expression, argument: null, where: null, window }];
    if (computations[kind] === undefined) return aggregatesIn(operands, window);
    const argument = operands[0]!;
    return argument.kind === 'filterValues'
      ? [{ expression, argument: argument.operands[0]!, where: argument.operands[1]!, window }]
      : [{ expression, argument, where: null, window }];
  });
}

/** An aggregate over columns that hold its argument and condition. */
export function computeAggregate(pl: Polars, { expression, argument, where }: Aggregate, keys: { argument: string | null; where: string | null }): Expression {
  if (argument === null) return pl.len().cast(pl.Int64);
  const values = where === null ? pl.col(keys.argument!) : pl.col(keys.argument!).filter(pl.col(keys.where!));
  return computations[expression.kind]![(expression.fields as Fields).op]!(pl, values, argument.type, expression.fields as Fields);
}
