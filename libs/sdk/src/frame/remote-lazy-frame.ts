import { printSentence, printTree, scan, type CastType, type Constant, type Expr, type JoinOptions, type LazyPlan, type PlanColumn } from '@podnet/plan';
import type { Asker } from './asker.ts';
import { framePlots, type FramePlots } from './plots/frame-plots.ts';
import { typedAtPod } from './published.ts';
import type { QueryOptions } from './query-options.ts';
import { RemoteQuery, type Kept } from './remote-query.ts';
import { meet, type Scope } from './scope.ts';
import { sqlPlan } from './sql-over-frame.ts';
import { deleteFrame, type DeletedFrame, type FramesOptions } from './tend-frames.ts';

type Column = string | Expr;

/** How a kept frame is called, and for how long it stays. */
export interface CollectOptions extends QueryOptions {
  /** Drawn at random unless told. */
  name?: string;
  /** **Units** hours; default 24. */
  hours?: number;
}

/**
 * A frame at pods that never shows a row: nodejs-polars' lazy names build a plan, and nothing is sent before `fetch`, `collect`, `canI`, `schema` or
 * `explain`. Every step gives another frame.
 */
export class RemoteLazyFrame extends RemoteQuery {
  readonly plan: LazyPlan;

  constructor(asker: Asker, scope: Scope, plan: LazyPlan) {
    super(asker, scope, { plan: plan.toJson() });
    this.plan = plan;
  }

  private with(plan: LazyPlan, scope: Scope = this.scope): RemoteLazyFrame {
    return new RemoteLazyFrame(this.asker, scope, plan);
  }

  select(...columns: Column[]): RemoteLazyFrame {
    return this.with(this.plan.select(...columns));
  }

  withColumns(...columns: Expr[]): RemoteLazyFrame {
    return this.with(this.plan.withColumns(...columns));
  }

  withColumn(column: Expr): RemoteLazyFrame {
    return this.withColumns(column);
  }

  filter(predicate: Expr): RemoteLazyFrame {
    return this.with(this.plan.filter(predicate));
  }

  groupBy(...by: Column[]): { agg(...aggs: Expr[]): RemoteLazyFrame; len(): RemoteLazyFrame } {
    const groups = this.plan.groupBy(...by);
    return { agg: (...aggs) => this.with(groups.agg(...aggs)), len: () => this.with(groups.len()) };
  }

  /** The other frame is of the same pods, or a table of your own. **Throws** `usage.invalid`. */
  join(right: RemoteLazyFrame, options: JoinOptions = {}): RemoteLazyFrame {
    return this.with(this.plan.join(right.plan, options), meet(this.scope, right.scope));
  }

  joinAsof(right: RemoteLazyFrame, options: { leftOn: string; rightOn: string; by?: string | readonly string[]; strategy?: 'backward' | 'forward' }): RemoteLazyFrame {
    return this.with(this.plan.joinAsof(right.plan, options), meet(this.scope, right.scope));
  }

  sort(by: Column | readonly Column[], options: { descending?: boolean | readonly boolean[]; nullsLast?: boolean } = {}): RemoteLazyFrame {
    return this.with(this.plan.sort(by, options));
  }

  unique(options: { subset?: readonly string[] | null; keep?: 'first' | 'last' | 'any' | 'none' } = {}): RemoteLazyFrame {
    return this.with(this.plan.unique(options));
  }

  slice(offset: number, length: number | null = null): RemoteLazyFrame {
    return this.with(this.plan.slice(offset, length));
  }

  head(length = 5): RemoteLazyFrame {
    return this.slice(0, length);
  }

  limit(length = 5): RemoteLazyFrame {
    return this.head(length);
  }

  tail(length = 5): RemoteLazyFrame {
    return this.slice(-length, null);
  }

  first(): RemoteLazyFrame {
    return this.head(1);
  }

  dropNulls(...subset: string[]): RemoteLazyFrame {
    return this.with(this.plan.dropNulls(...subset));
  }

  fillNull(value: Constant, ...columns: string[]): RemoteLazyFrame {
    return this.with(this.plan.fillNull(value, ...columns));
  }

  cast(columns: Readonly<Record<string, CastType>>): RemoteLazyFrame {
    return this.with(this.plan.cast(columns));
  }

  rename(columns: Readonly<Record<string, string>>): RemoteLazyFrame {
    return this.with(this.plan.rename(columns));
  }

  drop(...columns: string[]): RemoteLazyFrame {
    return this.with(this.plan.drop(...columns));
  }

  explode(column: string): RemoteLazyFrame {
    return this.with(this.plan.explode(column));
  }

  unpivot(index: readonly string[], on: readonly string[], options: { variableName?: string; valueName?: string } = {}): RemoteLazyFrame {
    return this.with(this.plan.unpivot(index, on, options));
  }

  withRowIndex(name = 'index', offset = 0): RemoteLazyFrame {
    return this.with(this.plan.withRowIndex(name, offset));
  }

  /** A row for each statistic. Without names: count, nullCount, mean, std; minima, medians and maxima only where asked for, and seldom released. */
  describe(...statistics: Parameters<LazyPlan['describe']>): RemoteLazyFrame {
    return this.with(this.plan.describe(...statistics));
  }

  /** A SELECT over this frame, which is the table `self`, or goes by the names given. **Throws** `usage.*`, `plan.*`, `schema.*` with `sql:LINE:COLUMN`. */
  async sql(text: string, { as }: { as?: readonly string[] } = {}): Promise<RemoteLazyFrame> {
    return this.with(await sqlPlan(text, await this.schema(), this.plan, as));
  }

  /** The columns that it would have, by what its first pod publishes. **Throws** `plan.*`, `schema.*`: also a way to look for mistakes. */
  async schema(): Promise<readonly PlanColumn[]> {
    return (await typedAtPod(this.asker, this.scope, this.plan)).root.schema;
  }

  /** What will be done, as custodians read it: an indented tree, or one sentence. */
  async explain(as: 'tree' | 'sentence' = 'tree'): Promise<string> {
    const plan = await typedAtPod(this.asker, this.scope, this.plan);
    return as === 'tree' ? printTree(plan) : printSentence(plan);
  }

  /** Keeps the frame at its pods, private to you and expiring, without releasing anything: a frame to go on from. */
  async collect({ name = `frame-${crypto.randomUUID().slice(0, 8)}`, hours = 24, ...options }: CollectOptions = {}): Promise<StoredFrame> {
    const kept = await this.keep(name, hours, options);
    const columns = kept.pods[0]!.columns as readonly PlanColumn[];
    const pods = this.scope.pods!.filter(({ pod }) => pod.startsWith('pod_') || kept.pods.some((other) => other.pod === pod));
    return new StoredFrame(this.asker, { pods, tables: {}, kept: { [kept.name]: columns } }, kept);
  }

  /** Plots of safe aggregates. */
  get plot(): FramePlots {
    return framePlots({ plan: this.plan, over: (plan) => this.with(plan) });
  }
}

/** A frame that pods keep: a frame like any other, and what it is called there. */
export class StoredFrame extends RemoteLazyFrame {
  readonly name: string;
  /** Milliseconds since the epoch, by the clock of this machine or, of a frame that was opened, of the pod where it ends first. */
  readonly expiresAt: number;

  constructor(asker: Asker, scope: Scope, { name, expiresAt }: Pick<Kept, 'name' | 'expiresAt'>) {
    super(asker, scope, scan(name));
    this.name = name;
    this.expiresAt = expiresAt;
  }

  /** Deletes it at its pods; what is asked of it afterwards is refused. **Throws** `policy.*`, `task.too-few-pods` where no pod has it, `interrupted`. */
  delete(options: FramesOptions = {}): Promise<DeletedFrame> {
    return deleteFrame(this.asker, this.scope.pods!, this.name, options);
  }
}
