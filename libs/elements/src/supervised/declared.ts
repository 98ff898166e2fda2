import { Fault } from '@podnet/errors';
import type { Bounds, Declared } from '@podnet/learning';
import { canonicalDomain } from '../canonical-schema.ts';
import { printable } from '../params-fault.ts';
import type { PlanPod } from '../modeller-part.ts';
import type { SchemaColumn } from '../pod-part.ts';
import { isSameJson } from '../same-json.ts';
import type { Layout } from './layout.ts';

/** What custodians declared of a task's columns, without looking at a row. */
export interface Declarations {
  /** Of a feature that is a number, or of a regression's target. */
  boundsOf(name: string): Bounds;
  /** Of any column of the task. */
  of(name: string): Declared;
  /** Of a regression's target; null for classes. */
  target: Bounds | null;
}

/** Bounds of usual size; beyond it sums would overflow. */
const mostBound = 1e100;

/**
 * The declarations that differential privacy needs: bounds of every number that is a feature or a regression's target, and the domain of every
 * category. A boolean is bounded by itself. **Throws** `privacy.unbounded` with the column named.
 */
export function declarationsOf(layout: Layout, schema: readonly SchemaColumn[], at = 'algorithm'): Declarations {
  const boundsOf = (name: string): Bounds => {
    const column = columnOf(name, schema);
    if (column.kind === 'boolean') return { lower: 0, upper: 1 };
    const { lower, upper } = column.bounds ?? { lower: Number.NaN, upper: Number.NaN };
    if (lower < upper && Math.max(Math.abs(lower), Math.abs(upper)) <= mostBound) return { lower, upper };
    throw new Fault('privacy.unbounded', `${printable(name)} needs a declared lower and upper bound.`, { at: placeOf(name, layout, at), hint: 'Its custodian can declare the bounds in pod.yaml.' });
  };
  const requireDomain = (name: string): void => {
    if (columnOf(name, schema).domainSource === 'declared') return;
    throw new Fault('privacy.unbounded', `${printable(name)} needs declared values: those that were collected from its rows tell of them.`, { at: placeOf(name, layout, at), hint: 'Its custodian can declare the domain in pod.yaml.' });
  };
  for (const { kind, name } of layout.features.features) {
    if (kind === 'number') boundsOf(name);
    else requireDomain(name);
  }
  const { target } = layout;
  if (target.kind === 'category') requireDomain(target.name);
  const bounds = target.kind === 'value' ? boundsOf(target.name) : null;
  return {
    boundsOf,
    target: bounds,
    of(name): Declared {
      const { kind, domain } = columnOf(name, schema);
      if (kind === 'category') return { kind: 'category', domain: canonicalDomain(domain ?? []) };
      return { kind: 'number', bounds: target.kind === 'listed' && target.name === name ? null : boundsOf(name) };
    },
  };
}

/**
 * The declarations of the first pod, after every pod's have been looked at: a column without them is told before anything is submitted, and so are
 * bounds that differ. **Throws** `privacy.unbounded`, `schema.incompatible`, both with the column named.
 */
export function declaredEverywhere(layout: Layout, pods: readonly PlanPod[], at = 'algorithm'): Declarations {
  const all = pods.map(({ schema }) => declarationsOf(layout, schema, at));
  const first = all[0]!;
  const names = [...layout.features.features.flatMap(({ kind, name }) => (kind === 'number' ? [name] : [])), ...(first.target ? [layout.target.name] : [])];
  for (const name of names) {
    if (all.every((each) => isSameJson(each.boundsOf(name), first.boundsOf(name)))) continue;
    throw new Fault('schema.incompatible', `The declared bounds of ${printable(name)} differ between the pods.`, { at: placeOf(name, layout, at), hint: 'The custodians can declare the same bounds in pod.yaml.' });
  }
  return first;
}

const columnOf = (name: string, schema: readonly SchemaColumn[]): SchemaColumn => schema.find((column) => column.name === name)!;

function placeOf(name: string, { features, target }: Layout, at: string): string {
  return target.name === name ? `${at}.target` : `${at}.features[${features.features.findIndex((feature) => feature.name === name)}]`;
}
