import type { Expression, Frame, Table } from '../polars.ts';
import type { Compilation } from './compilation.ts';
import type { OneUnit, Pairs, QueryFrame } from './query-frame.ts';

/**
 * Which units are in which groups of one node, and with which conditions. All sets that are born at the node are parts of it, so the rows are looked at
 * once for all of them, when the first is asked for.
 */
export class MetUnits {
  private readonly run: Compilation;
  private readonly input: QueryFrame;
  private readonly tokens: readonly string[];
  private readonly looks = new Map<string, { readonly conditions: Expression[]; table: Table | null }>();

  constructor(run: Compilation, input: QueryFrame, tokens: readonly string[]) {
    this.run = run;
    this.input = input;
    this.tokens = tokens;
  }

  /** The units of rows where a condition holds, or of all rows. `single`: every unit is in one row at most, so that there is nothing to bring together. */
  pairs({ unit }: OneUnit, which: Expression | null, single: () => boolean): Pairs {
    const { pl } = this.run;
    const look = this.looks.get(unit) ?? { conditions: [], table: null };
    this.looks.set(unit, look);
    let key: string | null = null;
    if (which !== null) {
      const made = this.run.keyed(which.any());
      key = made.key;
      look.conditions.push(made.expression);
    }
    const [marker, ...by] = this.tokens;
    const members = (rows: Frame): Frame => rows.select(pl.lit(true).alias(marker!), ...by.map((one) => pl.col(one)), pl.col(unit));
    const frame = (): Frame => {
      const standing = this.input.frame.filter(pl.col(unit).isNotNull());
      if (single()) return members(which === null ? standing : standing.filter(which));
      look.table ??= this.run.surroundings.collect(standing.groupBy([...by, unit], false).agg(...look.conditions));
      const met = look.table.lazy();
      return members(key === null ? met : met.filter(pl.col(key)));
    };
    return { tokens: this.tokens, unit, side: null, distinct: true, frame };
  }
}
