import type { PrivateSummary } from '@podnet/elements';
import { Fault } from '@podnet/errors';
import type { Verdict } from '@podnet/policy';
import type { CanIAnswer } from '../task/tasks.ts';
import type { TaskFile } from '../task/task-file.ts';
import type { Asker } from './asker.ts';
import type { Origin } from './fetched-table.ts';
import { privateTablesOf, type PrivateTable } from './private-table.ts';
import type { QueryOptions } from './query-options.ts';
import { taskOver } from './query-task.ts';
import type { PodDataset } from './scope.ts';

/** What a private query may spend at each pod. */
export interface PrivacyWish {
  epsilon: number;
  /** Default one in a million. */
  delta?: number;
}

export const defaultDelta = 1e-6;

/** One SELECT with differential privacy, not asked yet: every number of its answer has noise. */
export class PrivateQuery {
  private readonly asker: Asker;
  readonly pods: readonly PodDataset[];
  readonly sql: string;
  readonly privacy: Required<PrivacyWish>;

  constructor(asker: Asker, pods: readonly PodDataset[], sql: string, { epsilon, delta = defaultDelta }: PrivacyWish) {
    this.asker = asker;
    this.pods = pods;
    this.sql = sql;
    this.privacy = { epsilon, delta };
  }

  /**
   * The answer, over all pods together. Charged once: the very same question again gives the same answer at no cost.
   * **Throws** `usage.unsupported` for quantiles of several pods, `policy.*` with a verdict for each pod, `privacy.*`, `plan.*`, `schema.*`, `task.*`, `interrupted`.
   */
  async fetch(options: QueryOptions = {}): Promise<PrivateTable> {
    const [first, ...others] = await this.fetchAll(options);
    if (others.length > 0) throw new Fault('usage.unsupported', 'Quantiles of several pods are not one of all, so there is an answer for each.', { hint: 'Fetch them with fetchAll: the same question again costs nothing.' });
    return first!.table;
  }

  /** The answer over all pods together, under no name; of a query with quantiles that of each pod. **Throws** as `fetch`. */
  async fetchAll({ onEvent, ...options }: QueryOptions = {}): Promise<readonly { readonly pod: string | null; readonly table: PrivateTable }[]> {
    // What was charged is each pod's own signed word.
    const verdicts = new Map<string, Verdict>();
    const { taskId, outcome, pods } = await this.asker.ask(this.task(options), {
      ...options,
      onEvent(event) {
        if (event.type === 'verdict') verdicts.set(event.podId, event.verdict);
        onEvent?.(event);
      },
    });
    return privateTablesOf(taskId, outcome.summary as PrivateSummary & { absent: Origin['absent'] }, pods, [...verdicts.values()]);
  }

  /** A dry run: each pod's verdict says what would be charged and what would be left. Charges nothing, reads no data. */
  canI(options: QueryOptions = {}): Promise<CanIAnswer> {
    return this.asker.canI(this.task(options));
  }

  /** The task that `fetch` submits. */
  task(options: QueryOptions = {}): TaskFile {
    return { ...taskOver(this.pods, { name: 'private-sql-query', sql: this.sql }, options), privacy: this.privacy };
  }
}
