import { Fault, type FaultBody } from '@podnet/errors';
import { canonicalDomain } from './canonical-schema.ts';
import type { ColumnNeed, PrivateQuestion, Question } from './manifest.ts';
import { didYouMean } from './nearest-name.ts';
import { printable } from './params-fault.ts';
import type { SchemaColumn } from './pod-part.ts';
import { parseTriple, type TripleAsk } from './triple.ts';

/** The published columns of the dataset that one pod serves to the task. */
export interface PodColumns {
  podName: string;
  columns: readonly SchemaColumn[];
}

/** The columns that a task reads. **Throws** as `parseTriple`. */
export function columnNeeds(asks: TripleAsk): readonly ColumnNeed[] {
  const triple = parseTriple(asks);
  return triple.algorithm.manifest.reads(triple.asks.algorithm.params);
}

/**
 * Names of datasets or kept frames that a task scans at a pod, the task's own dataset left out. **Throws** as `parseTriple`.
 */
export function scansBeside(asks: TripleAsk, dataset: string): readonly string[] {
  const triple = parseTriple(asks);
  return (triple.algorithm.manifest.scans?.(triple.asks.algorithm.params) ?? []).filter((name) => name !== dataset);
}

/**
 * The text that two private tasks have in common when they ask the same question; null when every task is another one. **Throws** as `parseTriple`, and what is
 * wrong with the parameters.
 */
export function questionOf(asks: TripleAsk, asked: PrivateQuestion): Question | null {
  const triple = parseTriple(asks);
  return triple.algorithm.manifest.question?.(triple.asks.algorithm.params, asked) ?? null;
}

/**
 * Compares the needed columns over all pods before anything runs: present everywhere, of one kind that serves, categories with the
 * same published values. Null when they fit; otherwise `schema.incompatible` with one cause for each column and pod. The pods are
 * compared with the first one in the list whose column serves. Only published names and values are told.
 */
export function checkSchemas(needs: readonly ColumnNeed[], pods: readonly PodColumns[]): Fault | null {
  const causes = needs.flatMap((need) => columnFaults(need, pods)).map((fault): FaultBody => fault.toBody());
  if (causes.length === 0) return null;
  const columns = new Set(causes.map(({ at }) => at)).size;
  return new Fault('schema.incompatible', `The pods do not fit the task in ${columns === 1 ? 'one column' : `${columns} columns`}.`, { at: causes[0]!.at, causes });
}

function columnFaults({ column, at, kinds }: ColumnNeed, pods: readonly PodColumns[]): Fault[] {
  const name = printable(column);
  const reference = pods.map((pod) => ({ pod, found: find(pod, column) })).find(({ found }) => found && serves(found, kinds));
  return pods.flatMap((pod): Fault[] => {
    const found = find(pod, column);
    const who = printable(pod.podName);
    if (!found) return [new Fault('schema.unknown-column', `${who} has no column ${name}.`, { at, hint: didYouMean(column, pod.columns.map((each) => each.name)) })];
    if (!kinds.includes(found.kind)) return [new Fault('schema.wrong-kind', `On ${who} the kind of ${name} is ${printable(found.kind)}.`, { at, hint: `This needs ${kinds.join(' or ')}.` })];
    if (!serves(found, kinds)) {
      return [new Fault('schema.wrong-kind', `On ${who} the category ${name} has no published domain.`, { at, hint: 'Its custodian can declare the domain in pod.yaml.' })];
    }
    if (!reference || reference.pod === pod) return [];
    return differences(name, { who, column: found }, { who: printable(reference.pod.podName), column: reference.found! }, at);
  });
}

/** Of a kind that is needed, and a category only with its values. */
const serves = ({ kind, domain }: SchemaColumn, kinds: readonly string[]): boolean => kinds.includes(kind) && (kind !== 'category' || (domain ?? []).length > 0);

interface Side {
  who: string;
  column: SchemaColumn;
}

function differences(name: string, own: Side, reference: Side, at: string): Fault[] {
  if (own.column.kind !== reference.column.kind) {
    return [new Fault('schema.incompatible', `The kind of ${name} differs: ${own.column.kind} on ${own.who}; ${reference.column.kind} on ${reference.who}.`, { at })];
  }
  if (own.column.kind !== 'category') return [];
  const ownValues = canonicalDomain(own.column.domain ?? []);
  const referenceValues = canonicalDomain(reference.column.domain ?? []);
  const clauses = [only(own.who, ownValues, referenceValues), only(reference.who, referenceValues, ownValues)].filter((clause) => clause !== '');
  return clauses.length === 0 ? [] : [new Fault('schema.incompatible', `The values of ${name} differ: ${clauses.join('; ')}.`, { at, hint: 'The custodians can declare the same domain in pod.yaml.' })];
}

/** `only on north: a, b and 3 more`, or nothing. */
function only(who: string, values: readonly string[], others: readonly string[]): string {
  const known = new Set(others);
  const extra = values.filter((value) => !known.has(value));
  if (extra.length === 0) return '';
  const shown = extra.slice(0, 10).map(printable).join(', ');
  return `only on ${who}: ${shown}${extra.length > 10 ? ` and ${extra.length - 10} more` : ''}`;
}

const find = ({ columns }: PodColumns, name: string): SchemaColumn | undefined => columns.find((each) => each.name === name);
