import { Fault, type FaultBody, type FaultCode } from '@podnet/errors';
import type { z } from 'zod';
import { didYouMean } from './nearest-name.ts';

/**
 * Parses parameters, with every mistake at its place in the task file (`protocol.rounds`, `algorithm.features[2]`).
 * **Throws** `usage.invalid` or `usage.unknown-key`; several mistakes are the causes of one fault.
 */
export function parseParams(schema: z.ZodObject, params: unknown, at: string): Record<string, unknown> {
  const parsed = schema.safeParse(params ?? {});
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap((issue) => faultsOf(issue, schema, at));
  throw joinFaults(faults, 'The parameters have several mistakes.');
}

/** One fault as itself; several as the causes of one with the code of the first. */
export function joinFaults(faults: readonly Fault[], sentence: string): Fault {
  const [first] = faults;
  if (first !== undefined && faults.length === 1) return first;
  const code: FaultCode = first?.code ?? 'usage.invalid';
  const causes: FaultBody[] = faults.map((fault) => fault.toBody());
  return new Fault(code, sentence, { at: first?.details.at, causes });
}

function faultsOf(issue: z.core.$ZodIssue, schema: z.ZodObject, at: string): Fault[] {
  const place = pathText(at, issue.path);
  if (issue.code !== 'unrecognized_keys') return [new Fault('usage.invalid', sentence(issue.message), { at: place })];
  const known = issue.path.length === 0 ? Object.keys(schema.shape) : [];
  return issue.keys.map((key) => new Fault('usage.unknown-key', `Nobody knows the key ${printable(key)}.`, { at: pathText(place, [printable(key)]), hint: didYouMean(key, known) }));
}

/** `algorithm` and `['features', 2]` → `algorithm.features[2]`. */
function pathText(at: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${printable(String(key))}`), at);
}

/** Names that people typed go into sentences cut short and without control characters. */
export const printable = (text: string): string => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\uFFFD').slice(0, 100);

const sentence = (message: string): string => (/[.!?]$/.test(message) ? message : `${message}.`);
