import { createHash } from 'node:crypto';
import { planTypeOf } from '@podnet/contracts';
import type { OwnTable } from '@podnet/elements';
import type { QueryTable } from '@podnet/engine';
import { Fault } from '@podnet/errors';
import { parsePlan, type Source, type Sources, type TypedPlan } from '@podnet/plan';
import type { QueryContext, QueryDataset, QueryFrame } from './query-context.ts';

export interface FoundSources {
  /** Names are looked up when a plan scans them. */
  sources: Sources;
  /** What the executor opens: datasets and tables of the modeller that were looked up, through stored frames too. */
  tables: ReadonlyMap<string, QueryTable>;
  /** Own tables that were looked up, to be kept with the plan. */
  own: ReadonlyMap<string, OwnTable>;
  /** A plan with stored frames put in their places. */
  inlined(plan: unknown): unknown;
  /** What such a plan scans once its own tables have lasting names: datasets, and these tables. */
  lasting(tables: Readonly<Record<string, unknown>>): Sources;
}

/**
 * The names that a plan may scan. What the asker's grant does not cover, and frames of others, are not here: such a name is as unknown as one that
 * nobody has. A stored frame is read as its plan, over the data that it was made over.
 */
export function findSources({ datasets, frames, kept }: Pick<QueryContext, 'datasets' | 'frames' | 'kept'>, asked: Readonly<Record<string, OwnTable>>): FoundSources {
  const tables = new Map<string, QueryTable>();
  const own = new Map<string, OwnTable>();
  const byName = new Map(datasets.map((dataset) => [dataset.config.name, dataset]));
  const frameOf = new Map(frames.map((frame) => [frame.name, frame]));

  function open(name: string, mine: Readonly<Record<string, OwnTable>>, isFrame: boolean): Source | undefined {
    const dataset = byName.get(name);
    if (dataset) return openDataset(name, dataset);
    if (Object.hasOwn(mine, name)) return openOwn(name, mine[name]!);
    const frame = isFrame ? undefined : frameOf.get(name);
    return frame && { kind: 'derived', plan: openFrame(frame) };
  }

  function openDataset(name: string, dataset: QueryDataset): Source {
    const { config, schema, policy } = dataset;
    tables.set(name, { kind: 'dataset', config, schema, version: versionOf(dataset), unit: policy.privacyUnit });
    return { kind: 'dataset', unit: policy.privacyUnit, columns: schema.map((column) => ({ name: column.name, type: planTypeOf(column) })) };
  }

  function openOwn(name: string, table: OwnTable): Source {
    tables.set(name, { kind: 'own', columns: table.columns, rows: table.rows });
    own.set(name, table);
    return { kind: 'own', columns: table.columns };
  }

  function openFrame({ plan, tables: brought, versions }: QueryFrame): TypedPlan {
    for (const [name, version] of Object.entries(versions)) {
      const dataset = byName.get(name);
      // A grant that was narrowed, or a dataset that was removed: the frame is as unknown as its sources.
      if (!dataset) throw unknown();
      if (dataset.version !== version) throw new Fault('conflict.stale', 'The data under a stored frame has changed since it was made.', { hint: 'Collect the frame again.' });
    }
    return parsePlan(plan, lazily((name) => open(name, brought as Record<string, OwnTable>, true)));
  }

  for (const name of Object.keys(asked)) {
    // Otherwise the same plan would read other rows, depending on what else there is.
    if (byName.has(name) || frameOf.has(name) || name.startsWith(keptPrefix)) throw new Fault('usage.invalid', 'A table of your own has the name of a dataset or of a stored frame.', { at: `tables.${name}` });
  }
  return {
    sources: lazily((name) => open(name, { ...kept, ...asked }, false), [...byName.keys(), ...frameOf.keys(), ...Object.keys(asked)]),
    tables,
    own,
    inlined: (plan) => inline(plan, frameOf),
    lasting: (named) => lazily((name) => {
      const dataset = byName.get(name);
      if (dataset) return openDataset(name, dataset);
      return Object.hasOwn(named, name) ? { kind: 'own', columns: (named[name] as OwnTable).columns } : undefined;
    }),
  };
}

/** The one sentence for what is not there, is another's and is not covered by the grant. */
export const unknown = (): Fault => new Fault('dataset.unknown', 'There is no such dataset or frame, or you may not see it.');

/** Of own tables that are remembered: named by their content too, so that one name never means different rows. */
const keptPrefix = 'own:';

/** A plan that can be kept: what it scans of the modeller's own has names that mean the same rows for ever. */
export function toKeep(plan: unknown, tables: Readonly<Record<string, unknown>>): { plan: unknown; tables: Record<string, unknown> } {
  const names = new Map(Object.entries(tables).map(([name, table]) => [name, name.startsWith(keptPrefix) ? name : `${keptPrefix}${name}:${createHash('sha256').update(JSON.stringify(table)).digest('base64url')}`]));
  return { plan: withNodes(plan, (node) => (node['node'] === 'scan' && names.has(String(node['source'])) ? { ...node, source: names.get(String(node['source'])) } : node)), tables: Object.fromEntries(Object.entries(tables).map(([name, table]) => [names.get(name)!, table])) };
}

/**
 * Names a state of a dataset for the memory of the difference rule: sets of units of another column, or of other rows, cannot be compared.
 */
export const versionOf = ({ version, policy }: Pick<QueryDataset, 'version' | 'policy'>): string =>
  createHash('sha256').update(JSON.stringify([version, policy.privacyUnit])).digest('base64url');

/** A map whose entries are made when they are asked for, once. `names`: those that can be listed. */
function lazily(make: (name: string) => Source | undefined, names: readonly string[] = []): Sources {
  const made = new Map<string, Source | undefined>();
  return new (class extends Map<string, Source> {
    override get(name: string): Source | undefined {
      if (!made.has(name)) made.set(name, make(name));
      return made.get(name);
    }

    override has(name: string): boolean {
      return this.get(name) !== undefined;
    }

    override keys(): MapIterator<string> {
      return names.values() as MapIterator<string>;
    }
  })();
}

/** Only nodes have a member `node`; a plan that was parsed is not deeper than plans may be. */
function withNodes(json: unknown, replace: (node: Record<string, unknown>) => unknown): unknown {
  if (Array.isArray(json)) return json.map((item) => withNodes(item, replace));
  if (typeof json !== 'object' || json === null) return json;
  const node = json as Record<string, unknown>;
  const made = typeof node['node'] === 'string' ? replace(node) : node;
  // What stands in the place of a node is whole already.
  if (made !== node) return made;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withNodes(value, replace)]));
}

function inline(json: unknown, frames: ReadonlyMap<string, QueryFrame>): unknown {
  return withNodes(json, (node) => {
    const frame = node['node'] === 'scan' ? frames.get(String(node['source'])) : undefined;
    if (!frame) return node;
    const { version: _, ...root } = frame.plan as Record<string, unknown>;
    return root;
  });
}
