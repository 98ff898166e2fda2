import { Fault, type FaultBody, type FaultCode } from '@podnet/errors';
import type { z } from 'zod';

/** The most mistakes that one fault lists. */
const mostCauses = 20;

interface Reading {
  /** Code of a mistake that is not an unknown key. */
  code?: FaultCode;
  /** Turns a path into the place a person looks at: `protocol.rounds`, or `pod.yaml:7:3`. */
  place?: (path: readonly PropertyKey[], onKey: boolean) => string;
}

/** A path as people write it: `pods[1].dataset`. */
export function pathText(path: readonly PropertyKey[]): string {
  let text = '';
  for (const part of path) text += typeof part === 'number' ? `[${part}]` : text === '' ? String(part) : `.${String(part)}`;
  return text;
}

/**
 * Reads a value of foreign origin with a schema.
 * **Throws** `usage.unknown-key` when unknown keys are the only mistakes, else `usage.invalid` (or the code given); every
 * mistake is in `causes`, with its place. Texts name keys and kinds, never values.
 */
export function validate<S extends z.ZodType>(schema: S, value: unknown, reading: Reading = {}): z.output<S> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw faultOf(schema, value, read.error.issues, reading);
}

function faultOf(schema: z.ZodType, value: unknown, issues: readonly z.core.$ZodIssue[], { code = 'usage.invalid', place = (path) => pathText(path) }: Reading): Fault {
  const causes: FaultBody[] = [];
  for (const issue of flatten(issues)) {
    if (issue.code === 'unrecognized_keys') {
      const known = knownKeys(schema, issue.path, value);
      for (const key of issue.keys) {
        const near = closest(key, known);
        const fault = new Fault('usage.unknown-key', `The key ${JSON.stringify(clip(key))} is not known here.`, {
          at: place([...issue.path, key], true),
          ...(near ? { hint: `Did you mean ${near}?` } : known.length > 0 ? { hint: `Known keys: ${known.join(', ')}.` } : {}),
        });
        causes.push(fault.toBody());
      }
    } else {
      const name = issue.path.length > 0 ? pathText(issue.path) : 'The input';
      const missing = issue.code === 'invalid_type' && valueAt(value, issue.path) === undefined;
      causes.push(new Fault(code, missing ? `${name} is missing.` : `${name}: ${sentence(issue.message)}`, { at: place(issue.path, false) }).toBody());
    }
  }
  const first = causes[0]!;
  const overall: FaultCode = causes.every((cause) => cause.code === 'usage.unknown-key') ? 'usage.unknown-key' : code;
  const { at, hint } = first;
  return new Fault(overall, first.detail, {
    ...(at ? { at } : {}),
    ...(hint ? { hint } : {}),
    ...(causes.length > 1 ? { causes: causes.slice(0, mostCauses) } : {}),
  });
}

/** Of a union that failed, the branch that got furthest says most. */
function flatten(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
    const branches = issue.errors.map((branch) => flatten(branch.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }) as z.core.$ZodIssue)));
    const depth = (branch: z.core.$ZodIssue[]) => Math.max(0, ...branch.map((inner) => inner.path.length));
    const best = branches.toSorted((a, b) => depth(b) - depth(a) || a.length - b.length)[0];
    return best && depth(best) > issue.path.length ? best : best && best.some((inner) => inner.code === 'unrecognized_keys') ? best : [issue];
  });
}

interface Definition {
  type?: string;
  shape?: Record<string, unknown>;
  element?: unknown;
  valueType?: unknown;
  discriminator?: string;
  options?: unknown[];
}

/** The keys an object of the schema may have at a path; empty when the schema does not say. `value` tells branches of a union apart. */
export function knownKeys(schema: z.ZodType, path: readonly PropertyKey[], value: unknown): string[] {
  let current: unknown = branchOf(schema, value);
  let at = value;
  for (const part of path) {
    const definition = definitionOf(current);
    at = typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[part] : undefined;
    if (definition?.type === 'object') current = definition.shape?.[String(part)];
    else if (definition?.type === 'array') current = definition.element;
    else if (definition?.type === 'record') current = definition.valueType;
    else return [];
    current = branchOf(current, at);
  }
  const definition = definitionOf(current);
  return definition?.type === 'object' ? Object.keys(definition.shape ?? {}) : [];
}

/** Of a discriminated union, the branch that the value names; of another, the only one that could be meant. */
function branchOf(schema: unknown, value: unknown): unknown {
  const { discriminator, options } = definitionOf(schema) ?? {};
  if (!options || typeof value !== 'object' || value === null) return schema;
  if (!discriminator) {
    const objects = options.filter((option) => definitionOf(option)?.type === 'object');
    return objects.length === 1 && !Array.isArray(value) ? objects[0] : schema;
  }
  return options.find((option) => {
    const literal = definitionOf(definitionOf(option)?.shape?.[discriminator]) as { values?: unknown[] } | undefined;
    return literal?.values?.includes((value as Record<string, unknown>)[discriminator]);
  });
}

const definitionOf = (schema: unknown): Definition | undefined => (unwrap(schema) as { def?: Definition } | undefined)?.def;

function unwrap(schema: unknown): unknown {
  let current = schema as { def?: { type?: string; innerType?: unknown; in?: unknown } } | undefined;
  while (current?.def && (current.def.innerType !== undefined || current.def.type === 'pipe')) current = (current.def.innerType ?? current.def.in) as typeof current;
  return current;
}

/** The known word nearest to what was written, when it is near enough to be meant. */
export function closest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) row[j] = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    previous = row;
  }
  return previous[b.length]!;
}

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown => path.reduce<unknown>((at, part) => (typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[part] : undefined), value);

const clip = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

function sentence(message: string): string {
  const text = message.replace(/^Invalid input: /, '').replace(/^Invalid (string|number|option): /, '');
  return text.endsWith('.') ? text : `${text}.`;
}
