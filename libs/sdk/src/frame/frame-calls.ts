import { type OwnTable } from '@podnet/elements';
import { Fault } from '@podnet/errors';
import { concat as concatPlans, scan } from '@podnet/plan';
import type { Asker } from './asker.ts';
import { framesCalls } from './frames-calls.ts';
import { ownTableOf, type OwnRows } from './own-table.ts';
import { PrivateQuery, type PrivacyWish } from './private-query.ts';
import { RemoteLazyFrame } from './remote-lazy-frame.ts';
import { RemoteQuery } from './remote-query.ts';
import { meet, podDatasetOf, scanNameOf, type PodDataset, type Scope } from './scope.ts';

export interface FrameOptions {
  /** Names or ids of the pods that have the dataset under this name. */
  pods: readonly string[];
}

export interface SqlOptions extends FrameOptions {
  /** The dataset that every pod is asked about; the table `data` in the text, or its own name. */
  dataset: string;
  /** Tables of your own by name. */
  tables?: Readonly<Record<string, OwnRows | OwnTable>>;
}

/** A dataset of one name at several pods, or datasets as `pod/dataset`. */
export type PrivateScope = { readonly dataset: string; readonly pods: readonly string[] } | readonly string[];

const scopeOf = (pods: readonly PodDataset[] | null, tables: Scope['tables'] = {}): Scope => ({ pods, tables, kept: {} });

const tableOf = (given: OwnRows | OwnTable): OwnTable => ('columns' in given ? given : ownTableOf(given));

/** How modellers begin with frames and SQL. */
export function frameCalls(asker: Asker) {
  return {
    /**
     * A frame over a dataset: `frame('titanic', { pods: ['north', 'east'] })`, or over datasets that pods call differently: `frame(['north/people', 'east/patients'])`.
     * Sends nothing. **Throws** `usage.invalid`.
     */
    frame(dataset: string | readonly string[], options?: FrameOptions): RemoteLazyFrame {
      const pods = typeof dataset !== 'string' ? dataset.map(podDatasetOf) : options === undefined ? [podDatasetOf(dataset)] : options.pods.map((pod) => ({ pod, dataset }));
      if (pods.length === 0) throw new Fault('usage.invalid', 'A frame needs at least one pod.');
      return new RemoteLazyFrame(asker, scopeOf(pods), scan(scanNameOf(pods)));
    },

    /** A frame over every pod that publishes a dataset of this name to you. **Throws** `dataset.unknown`. */
    async frameOfAll(dataset: string): Promise<RemoteLazyFrame> {
      const pods = await asker.serving(dataset);
      if (pods.length === 0) throw new Fault('dataset.unknown', 'No pod that you may see has a dataset of this name.', { hint: 'List the pods with podnet.pods.list().' });
      return new RemoteLazyFrame(asker, scopeOf(pods), scan(scanNameOf(pods)));
    },

    /** The frames that you keep at pods. */
    frames: framesCalls(asker),

    /** A small table of your own, to join with: it travels with the plan, sealed, and its rows are nobody's contribution. */
    table(name: string, given: OwnRows | OwnTable): RemoteLazyFrame {
      return new RemoteLazyFrame(asker, scopeOf(null, { [name]: tableOf(given) }), scan(name));
    },

    /** One SELECT of Postgres' SQL; pods read it, so it works in browsers too. */
    sql(text: string, { dataset, pods, tables = {} }: SqlOptions): RemoteQuery {
      const own = Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, tableOf(table)]));
      return new RemoteQuery(asker, scopeOf(pods.map((pod) => ({ pod, dataset })), own), { sql: text });
    },

    /**
     * One SELECT with differential privacy: `privateSql({ dataset: 'people', pods: ['north', 'east'] }, sql, { epsilon: 1 })`, or over `['north/people', 'east/patients']`.
     * Every number of the answer has noise and says how much; each pod charges epsilon and delta to the grant, and to the dataset where it has a budget. Sends nothing yet.
     * **Throws** `usage.invalid`.
     */
    privateSql(over: PrivateScope, text: string, privacy: PrivacyWish): PrivateQuery {
      const pods = 'dataset' in over ? over.pods.map((pod) => ({ pod, dataset: over.dataset })) : over.map(podDatasetOf);
      if (pods.length === 0) throw new Fault('usage.invalid', 'A query needs at least one pod.');
      return new PrivateQuery(asker, pods, text, privacy);
    },

    /** Frames one below the other. **Throws** `usage.invalid` for frames that cannot meet. */
    concat(frames: readonly RemoteLazyFrame[]): RemoteLazyFrame {
      if (frames.length < 2) throw new Fault('usage.invalid', 'A stack has at least two frames.');
      return new RemoteLazyFrame(asker, frames.map(({ scope }) => scope).reduce(meet), concatPlans(frames.map(({ plan }) => plan)));
    },
  };
}
