import type { CastType } from '../column-type.ts';
import type { Statistic } from '../nodes/describe.ts';
import { columnJson, type Constant, type Expr, type Json } from './expr.ts';

type Column = string | Expr;

export interface JoinOptions {
  how?: 'inner' | 'left' | 'full' | 'cross' | 'semi' | 'anti';
  on?: string | readonly string[];
  leftOn?: string | readonly string[];
  rightOn?: string | readonly string[];
  suffix?: string;
}

const list = <T>(one: T | readonly T[]): T[] => (Array.isArray(one) ? [...(one as readonly T[])] : [one as T]);

/** A plan in the making, with the names of nodejs-polars' lazy frame. Never sees a row. */
export class LazyPlan {
  readonly node: Json;

  constructor(node: Json) {
    this.node = node;
  }

  /** The plan as it travels. */
  toJson(): Json {
    return { version: 1, ...this.node };
  }

  private step(node: string, rest: Json = {}): LazyPlan {
    return new LazyPlan({ node, ...rest, input: this.node });
  }

  select(...columns: Column[]): LazyPlan {
    return this.step('select', { columns: columns.map(columnJson) });
  }

  withColumns(...columns: Expr[]): LazyPlan {
    return this.step('withColumns', { columns: columns.map(columnJson) });
  }

  withColumn(column: Expr): LazyPlan {
    return this.withColumns(column);
  }

  filter(predicate: Expr): LazyPlan {
    return this.step('filter', { predicate: predicate.json });
  }

  groupBy(...by: Column[]): { agg(...aggs: Expr[]): LazyPlan; len(): LazyPlan } {
    return {
      agg: (...aggs) => this.step('groupBy', { by: by.map(columnJson), aggs: aggs.map(columnJson) }),
      len: () => this.step('groupBy', { by: by.map(columnJson), aggs: [{ expr: 'len' }] }),
    };
  }

  join(right: LazyPlan, { how = 'inner', on, leftOn = on ?? [], rightOn = on ?? [], suffix }: JoinOptions = {}): LazyPlan {
    return new LazyPlan({ node: 'join', left: this.node, right: right.node, how, leftOn: list(leftOn), rightOn: list(rightOn), ...(suffix === undefined ? {} : { suffix }) });
  }

  joinAsof(right: LazyPlan, { leftOn, rightOn, by = [], strategy = 'backward' }: { leftOn: string; rightOn: string; by?: string | readonly string[]; strategy?: 'backward' | 'forward' }): LazyPlan {
    return new LazyPlan({ node: 'joinAsof', left: this.node, right: right.node, leftOn, rightOn, leftBy: list(by), rightBy: list(by), strategy });
  }

  sort(by: Column | readonly Column[], { descending = false, nullsLast = false }: { descending?: boolean | readonly boolean[]; nullsLast?: boolean } = {}): LazyPlan {
    const keys = list(by);
    return this.step('sort', { by: keys.map(columnJson), descending: typeof descending === 'boolean' ? keys.map(() => descending) : descending, nullsLast });
  }

  unique({ subset = null, keep = 'first' }: { subset?: readonly string[] | null; keep?: 'first' | 'last' | 'any' | 'none' } = {}): LazyPlan {
    return this.step('unique', { subset, keep });
  }

  slice(offset: number, length: number | null = null): LazyPlan {
    return this.step('slice', { offset, length });
  }

  head(length = 5): LazyPlan {
    return this.slice(0, length);
  }

  limit(length = 5): LazyPlan {
    return this.head(length);
  }

  tail(length = 5): LazyPlan {
    return this.slice(-length, null);
  }

  first(): LazyPlan {
    return this.head(1);
  }

  dropNulls(...subset: string[]): LazyPlan {
    return this.step('dropNulls', { subset: subset.length === 0 ? null : subset });
  }

  fillNull(value: Constant, ...columns: string[]): LazyPlan {
    return this.step('fillNull', { value: { expr: 'literal', value }, columns: columns.length === 0 ? null : columns });
  }

  cast(columns: Readonly<Record<string, CastType>>): LazyPlan {
    return this.step('cast', { columns: Object.entries(columns).map(([name, to]) => ({ name, to })) });
  }

  rename(columns: Readonly<Record<string, string>>): LazyPlan {
    return this.step('rename', { columns: Object.entries(columns).map(([from, to]) => ({ from, to })) });
  }

  drop(...columns: string[]): LazyPlan {
    return this.step('drop', { columns });
  }

  explode(column: string): LazyPlan {
    return this.step('explode', { column });
  }

  unpivot(index: readonly string[], on: readonly string[], { variableName = 'variable', valueName = 'value' } = {}): LazyPlan {
    return this.step('unpivot', { index, on, variableName, valueName });
  }

  withRowIndex(name = 'index', offset = 0): LazyPlan {
    return this.step('withRowIndex', { name, offset });
  }

  describe(...statistics: Statistic[]): LazyPlan {
    return this.step('describe', statistics.length === 0 ? {} : { statistics });
  }
}

/** Reads a dataset, a stored frame or a table of one's own by its name. */
export const scan = (source: string): LazyPlan => new LazyPlan({ node: 'scan', source });

/** Frames one below the other. */
export const concat = (frames: readonly LazyPlan[]): LazyPlan => new LazyPlan({ node: 'concat', inputs: frames.map(({ node }) => node) });
