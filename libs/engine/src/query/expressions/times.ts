import type { Expression } from '../../polars.ts';
import { widened } from '../native-type.ts';
import type { Part } from './compiling.ts';

const parts: Readonly<Record<string, (instant: Expression) => Expression>> = {
  year: (at) => at.dt.year(), month: (at) => at.dt.month(), week: (at) => at.dt.week(), weekday: (at) => at.dt.weekday(), day: (at) => at.dt.day(),
  ordinalDay: (at) => at.dt.ordinalDay(), hour: (at) => at.dt.hour(), minute: (at) => at.dt.minute(), second: (at) => at.dt.second(),
};

const pieces: Readonly<Record<string, string>> = { year: '1y', quarter: '1q', month: '1mo', week: '1w', day: '1d', hour: '1h', minute: '1m', second: '1s' };

export const truncate = ({ pl, fields: { to }, expression, operands, values }: Part<{ to: string }>): Expression => widened(pl, widened(pl, values[0]!, operands[0]!.type, 'datetime').dt.truncate(pieces[to]!), 'datetime', expression.type === 'date' ? 'date' : 'datetime');

export function temporal({ pl, fields: { op }, operands, values }: Part<{ op: string }>): Expression {
  const at = widened(pl, values[0]!, operands[0]!.type, 'datetime');
  // Months 1 to 3 are quarter 1.
  if (op === 'quarter') return at.dt.month().cast(pl.Float64).add(pl.lit(2)).div(pl.lit(3)).floor().cast(pl.Int64);
  return parts[op]!(at).cast(pl.Int64);
}
