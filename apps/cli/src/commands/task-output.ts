import { readFile, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Fault } from '@podnet/errors';
import type { Outcome, ParsedTask, TaskEvent } from '@podnet/sdk';
import { indented, table } from '@podnet/terminal';
import type { Context } from '../context.ts';

/** Reads a task file. **Throws** with the line and column of every mistake. */
export async function readTaskAt(path: string): Promise<ParsedTask> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch {
    throw new Fault('usage.invalid', 'The task file cannot be read.', { at: path });
  }
  const { readTaskFile } = await import('@podnet/sdk');
  return readTaskFile(textOf(bytes, basename(path)), basename(path));
}

function textOf(bytes: Uint8Array, at: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Fault('usage.malformed', 'The task file is not UTF-8.', { at, hint: 'Save it as UTF-8.' });
  }
}

/** Shows a task's events: a bar, and a line whenever a pod moves. */
export function follow(context: Context, taskId: string): { onEvent(event: TaskEvent): void; end(): void } {
  const bar = context.talk.bar(taskId.slice(0, 12));
  const states = new Map<string, string>();
  return {
    onEvent(event) {
      if (event.type === 'progress') bar.at(event.done, event.of, event.says);
      if (event.type === 'verdict' && event.verdict.decision === 'review') context.talk.say(`  ${event.verdict.podName}: waits for approval`);
      if (event.type !== 'pods') return;
      for (const { podName, state, online } of event.task.assignments) {
        const now = `${state}${online || state === 'done' ? '' : ', offline'}`;
        if (states.get(podName) !== now) context.talk.say(`  ${podName}: ${now}`);
        states.set(podName, now);
      }
    },
    end: () => bar.end(),
  };
}

/** The outcome as fields: arrays as plain numbers. */
export const outcomeData = (taskId: string, outcome: Outcome): Record<string, unknown> => ({
  taskId,
  summary: outcome.summary,
  arrays: Object.fromEntries(Object.entries(outcome.arrays).map(([name, values]) => [name, [...values]])),
  contributors: outcome.contributors,
});

/** The outcome for people: scalars as lines, lists of alike objects as tables. */
export function outcomeText(outcome: Outcome): string {
  const arrays = Object.entries(outcome.arrays).map(([name, values]) => `${name}: ${values.length} numbers`);
  return [describe(outcome.summary), ...arrays].filter((part) => part !== '').join('\n');
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return describeList(value);
  if (typeof value !== 'object' || value === null) return cell(value);
  return Object.entries(value)
    .map(([key, each]) => (typeof each === 'object' && each !== null ? `${key}\n${indented(describe(each))}` : `${key}: ${cell(each)}`))
    .join('\n');
}

function describeList(list: unknown[]): string {
  const flat = list.map((entry) => (typeof entry === 'object' && entry !== null && !Array.isArray(entry) ? flatten(entry as Record<string, unknown>) : undefined));
  if (list.length === 0 || flat.some((entry) => entry === undefined)) return list.map(cell).join(', ');
  const keys = [...new Set(flat.flatMap((entry) => Object.keys(entry!)))];
  return table([keys, ...flat.map((entry) => keys.map((key) => cell(entry![key])))]);
}

function flatten(entry: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(entry).flatMap(([key, value]) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(flatten(value as Record<string, unknown>)).map(([inner, each]) => [inner, each] as const) : [[key, value] as const])),
  );
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '—';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toPrecision(5);
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}

/** Writes the outcome as JSON into a folder. */
export async function saveOutcome(folder: string, taskId: string, outcome: Outcome): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${taskId}.json`);
  await writeFile(path, `${JSON.stringify(outcomeData(taskId, outcome), null, 2)}\n`, { mode: 0o600 });
  return path;
}
