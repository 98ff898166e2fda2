import { Fault } from '@podnet/errors';
import { z } from 'zod';
import type { Body } from '../../body.ts';
import type { FrameEntry } from '../../query/answer.ts';
import { keptColumnsForm, nameForm } from '../../query/read-answer.ts';
import type { StoredFramesParams } from './manifest.ts';

/** One pod's answer. */
export type FramesAnswer = { readonly frames: readonly FrameEntry[] } | { readonly deleted: string };

/** A pod lets nobody keep nearly as many. */
const mostFrames = 1_000;

/** An instant that a date can hold. */
const instant = z.int().min(0).max(8.64e15);

const listForm = z.strictObject({
  frames: z.array(z.strictObject({ name: nameForm, columns: keptColumnsForm, datasets: z.array(nameForm).max(mostFrames), madeAt: instant, expiresAt: instant, stale: z.boolean() })).max(mostFrames),
});

const deletedForm = z.strictObject({ deleted: z.string() });

/** What a pod says of frames, read as if it came from a stranger. **Throws** `envelope.malformed`. */
export function readFrames({ json, arrays }: Body): readonly FrameEntry[] {
  const parsed = listForm.safeParse(json);
  if (!parsed.success || Object.keys(arrays).length > 0) throw malformed();
  const { frames } = parsed.data;
  if (new Set(frames.map(({ name }) => name)).size < frames.length) throw malformed();
  return frames;
}

/** **Throws** `envelope.malformed` where a pod says that it has deleted something else. */
export function requireDeleted({ json, arrays }: Body, { frame }: StoredFramesParams): void {
  const parsed = deletedForm.safeParse(json);
  if (!parsed.success || parsed.data.deleted !== frame || Object.keys(arrays).length > 0) throw malformed();
}

const malformed = (): Fault => new Fault('envelope.malformed', 'The answer does not fit the task.');
