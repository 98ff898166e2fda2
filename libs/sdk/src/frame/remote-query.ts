import type { QuerySummary } from '@podnet/elements';
import type { CanIAnswer } from '../task/tasks.ts';
import type { Asker } from './asker.ts';
import { tablesOf, type FetchedTable, type Origin } from './fetched-table.ts';
import type { QueryOptions } from './query-options.ts';
import { queryTask, type Question, type QueryWish } from './query-task.ts';
import type { Scope } from './scope.ts';

/** A frame that pods keep now. */
export interface Kept {
  readonly name: string;
  readonly expiresAt: number;
  readonly pods: readonly { readonly pod: string; readonly columns: readonly { readonly name: string; readonly type: string }[] }[];
}

/** One question to the pods of a scope, not asked yet: what frames and SQL have in common. */
export class RemoteQuery {
  protected readonly asker: Asker;
  readonly scope: Scope;
  readonly question: Question;

  constructor(asker: Asker, scope: Scope, question: Question) {
    this.asker = asker;
    this.scope = scope;
    this.question = question;
  }

  /**
   * The answer, released through every policy under it: of one pod, or of several pooled exactly as over all rows together.
   * **Throws** `policy.*` with a verdict for each pod, `plan.*`, `schema.*`, `task.*`, `interrupted`.
   */
  async fetch(options: QueryOptions = {}): Promise<FetchedTable> {
    const several = (this.scope.pods ?? []).length > 1;
    return (await this.tables({ combine: several ? 'pooled' : 'each' }, options))[0]!.table;
  }

  /** The answer of every pod by its name. **Throws** as `fetch`. */
  async fetchEach(options: QueryOptions = {}): Promise<ReadonlyMap<string, FetchedTable>> {
    return new Map((await this.tables({ combine: 'each' }, options)).map(({ pod, table }) => [pod!, table]));
  }

  /** A dry run against the hub's and every pod's own policy, as far as that goes before anything is counted. Reads no data. */
  canI(options: QueryOptions = {}): Promise<CanIAnswer> {
    return this.asker.canI(this.task({}, options));
  }

  /** The task that `fetch` submits. */
  task(wish: QueryWish = {}, options: QueryOptions = {}) {
    return queryTask(this.question, this.scope, wish, options);
  }

  /** Has every pod keep it under a name; a name that you used before is another frame now. */
  protected async keep(name: string, hours: number, options: QueryOptions, now = Date.now()): Promise<Kept> {
    const { outcome } = await this.asker.ask(this.task({ keep: { name, hours } }, options), options);
    const summary = outcome.summary as Extract<QuerySummary, { kept: string }>;
    return { name: summary.kept, expiresAt: now + hours * 3_600_000, pods: summary.pods };
  }

  private async tables(wish: QueryWish, options: QueryOptions) {
    const { taskId, outcome, pods } = await this.asker.ask(this.task(wish, options), options);
    return tablesOf(taskId, outcome.summary as QuerySummary & { absent: Origin['absent'] }, pods);
  }
}
