import type { Json } from '../builder/expr.ts';
import { nodeKinds } from '../nodes/registry.ts';
import { kindOf, parseForm } from '../parse-form.ts';
import { neededColumns } from './needed.ts';
import { PartList, type Leaf, type Part } from './parts.ts';
import { beyondRow, cannotPool, isOfRows, outputOf, readTerm, replaceSlots, type Term } from './term.ts';

/** What a frame is made of: only tables of the modeller; single rows of a pod; or groups of all pods together. */
type State = 'own' | 'rows' | 'pooled';

type Treatment = 'scan' | 'row' | 'expressions' | 'select' | 'groups' | 'describe' | 'order' | 'sides' | 'stack';

/** How each node treats single rows of several pods, by its name. */
const treatments: Readonly<Record<string, Treatment>> = {
  scan: 'scan', cast: 'row', drop: 'row', dropNulls: 'row', explode: 'row', fillNull: 'row', rename: 'row', unpivot: 'row',
  filter: 'expressions', sort: 'expressions', withColumns: 'expressions', select: 'select', groupBy: 'groups', describe: 'describe',
  slice: 'order', unique: 'order', withRowIndex: 'order', join: 'sides', joinAsof: 'sides', concat: 'stack',
};

export const pooledKinds: readonly string[] = Object.keys(treatments);

export const treatmentOf = (kind: string): Treatment | undefined => treatments[kind];

/** The aggregation at which a plan is cut: below it, rows of one pod; above it, groups of all. */
export interface Cut {
  /** What every pod runs. */
  readonly local: Json;
  readonly keys: readonly string[];
  readonly parts: readonly Part[];
  readonly leaves: readonly Leaf[];
  /** Of a `describe`: its statistics as they were asked for. */
  readonly statistics: readonly string[] | null;
}

export interface Splitting {
  readonly cut: Cut;
  /** The plan with a scan of the pooled table in place of the cut. */
  readonly rest: Json;
}

interface Visited {
  readonly state: State;
  readonly json: Json;
}

/** Cuts a plan at its lowest aggregation of pods' rows. **Throws** `plan.cannot-pool`, and what the parser throws for forms. */
export function splitPlan(root: Json, own: ReadonlySet<string>, pooled: string): Splitting {
  const whole = new Splitter(own, pooled, null).split(root);
  const needed = neededColumns(whole.rest);
  return needed === null ? whole : new Splitter(own, pooled, needed).split(root);
}

class Splitter {
  private cut: Cut | null = null;
  private readonly own: ReadonlySet<string>;
  private readonly pooled: string;
  private readonly needed: ReadonlySet<string> | null;

  constructor(own: ReadonlySet<string>, pooled: string, needed: ReadonlySet<string> | null) {
    this.own = own;
    this.pooled = pooled;
    this.needed = needed;
  }

  split(root: Json): Splitting {
    const { state, json } = this.visit(root, '$');
    if (state === 'own') throw cannotPool('$', 'The plan reads tables of your own only.', 'Scan the dataset as data.');
    if (this.cut === null) throw cannotPool('$', 'Only aggregates of several pods can be pooled, and the plan aggregates nothing.');
    return { cut: this.cut, rest: json };
  }

  private visit(given: unknown, path: string): Visited {
    const kind = kindOf(nodeKinds, 'node', given, path);
    const fields = parseForm(kind.form, given, path);
    const json = given as Json;
    const slots = kind.inputs(fields);
    const inputs = slots.map(({ key, json: input }) => ({ key, path: `${path}.${key}`, ...this.visit(input, `${path}.${key}`) }));
    const states = inputs.map(({ state }) => state);
    const replaced = replaceSlots(json, inputs);
    const terms = (): Term[] => kind.expressions(fields, []).map((slot) => readTerm(slot.json, `${path}.${slot.key}`));
    const all = (state: State): Visited => ({ state, json: replaced });

    const treatment = treatments[kind.name];
    if (treatment === 'scan') return all(this.own.has(kind.scans!(fields)) ? 'own' : 'rows');
    if (states.every((state) => state === 'own')) return all('own');
    if (states.includes('pooled')) return this.abovePooled(inputs, path, replaced);
    switch (treatment) {
      case 'row':
        return all('rows');
      case 'expressions':
        requireRows(terms());
        return all('rows');
      case 'select':
        return terms().every((term) => !isOfRows(term)) ? this.aggregate(json, 'columns', [], terms()) : (requireRows(terms()), all('rows'));
      case 'groups': {
        const keys = terms().slice(0, (fields as { by: unknown[] }).by.length);
        requireRows(keys);
        return this.aggregate(json, 'aggs', keys.map(outputOf), terms().slice(keys.length));
      }
      case 'describe':
        return this.describe(json, (fields as { statistics: string[] }).statistics, path);
      case 'sides':
        return this.meet(states as [State, State], kind.name === 'joinAsof' ? 'asof' : (fields as { how: string }).how, path, replaced);
      case 'stack': {
        const at = states.indexOf('own');
        if (at >= 0) throw cannotPool(inputs[at]!.path, 'Every pod would count your own table once.', 'Stack it on the groups, after they are aggregated.');
        return all('rows');
      }
      default:
        throw cannotPool(path, 'Which rows these are depends on the order of one pod\'s rows.', 'Aggregate first; afterwards the rows of the answer can be picked, or ask every pod for its own (combine: each).');
    }
  }

  /** Above the cut everything is computed by the modeller, on pooled groups and own tables; single rows are not there. */
  private abovePooled(inputs: readonly (Visited & { path: string })[], path: string, json: Json): Visited {
    const single = inputs.find(({ state }) => state === 'rows');
    if (single !== undefined) throw cannotPool(single.path, 'Single rows of a pod cannot meet groups of all pods.');
    if (inputs.filter(({ state }) => state === 'pooled').length > 1) throw cannotPool(path, 'Two aggregations meet here, and only one can be pooled.', 'Ask for each on its own.');
    return { state: 'pooled', json };
  }

  private meet([left, right]: readonly [State, State], how: string, path: string, json: Json): Visited {
    const within = left === 'rows' && right === 'rows';
    if (within && how === 'cross') throw cannotPool(path, 'Rows of several pods do not meet, so that not every pair is made.');
    if (!within && left === 'rows' && how === 'full') throw cannotPool(path, 'Rows of your own table without a partner would come from every pod.', 'Use a left join.');
    if (left === 'own' && how !== 'inner' && how !== 'cross') throw cannotPool(path, 'Whether a row of your own table has a partner differs from pod to pod.', 'Put the dataset on the left side.');
    return { state: 'rows', json };
  }

  private aggregate(json: Json, field: 'columns' | 'aggs', keys: readonly string[], terms: readonly Term[]): Visited {
    const list = new PartList(keys);
    const used = terms.filter((term) => this.needed === null || this.needed.has(outputOf(term)));
    const made = (used.length === 0 && keys.length === 0 ? terms : used).map((term): Json => ({ expr: 'alias', name: outputOf(term), input: list.overParts(term) }));
    return this.cutAt({ local: { ...json, [field]: list.parts.map((part) => part.json) }, keys, parts: list.parts, leaves: list.leaves, statistics: null }, [...keys.map((name): Json => ({ expr: 'column', name })), ...made]);
  }

  private describe(json: Json, statistics: readonly string[], path: string): Visited {
    const wrong = statistics.findIndex((one) => !['count', 'nullCount', 'mean', 'std'].includes(one));
    if (wrong >= 0) throw cannotPool(`${path}.statistics[${wrong}]`, 'Order statistics are not pooled: they are the values of single people at one pod.');
    const has = (one: string): boolean => statistics.includes(one);
    const needed = [...(has('count') || has('mean') || has('std') ? ['count'] : []), ...(has('nullCount') ? ['nullCount'] : []), ...(has('mean') || has('std') ? ['mean'] : []), ...(has('std') ? ['std'] : [])];
    return this.cutAt({ local: { ...json, statistics: needed }, keys: ['statistic'], parts: [], leaves: [], statistics }, null);
  }

  private cutAt(cut: Cut, columns: readonly Json[] | null): Visited {
    this.cut = cut;
    const scan: Json = { node: 'scan', source: this.pooled };
    return { state: 'pooled', json: columns === null ? scan : { node: 'select', input: scan, columns } };
  }
}

function requireRows(terms: readonly Term[]): void {
  for (const term of terms) {
    const found = beyondRow(term);
    if (found !== null) throw cannotPool(found.path, 'This looks at all rows of a pod before they are aggregated, and rows of several pods do not meet.');
  }
}
