import type { TypedExpression } from '../typed.ts';
import { isConstant, type Facts } from './facts.ts';
import type { Flow } from './flow.ts';
import { isOpen, isRowLevel, type Frame } from './frame.ts';
import { joinIds } from './ids.ts';
import { read } from './reading.ts';
import type { RuleId } from './rules.ts';

/** A step that rows take part in by values of theirs: a key, a condition. */
export interface Chooser {
  readonly path: string;
  readonly facts: Facts;
}

/** Reads expressions for every row of a frame. */
export const readRows = (expressions: readonly TypedExpression[], frame: Frame, flow: Flow, node: string, input = 0): Chooser[] =>
  expressions.map((expression) => ({ path: expression.path, facts: read(expression, { flow, frame, node, input, over: 'rows', keyed: false }) }));

/**
 * The frame, fit for a step that lets `choosers` decide over rows. When one of them is moved by other rows, or hangs on places, the frame is
 * settled first (or the step refused).
 */
export function fitToChoose(frame: Frame, made: string, choosers: readonly Chooser[], rule: RuleId, flow: Flow): Frame {
  if (isOpen(frame)) return decidedBy(frame, choosers);
  const moved = choosers.find(({ facts }) => !facts.stable || facts.position !== null);
  const fit = moved === undefined ? frame : flow.settle(frame, made, moved.path, moved.facts.position === null ? rule : moved.facts.position.rule);
  return decidedBy(fit, choosers);
}

/** What choosers are made of becomes what decided over the rows. */
export function decidedBy(frame: Frame, choosers: readonly Chooser[]): Frame {
  const open = isOpen(frame);
  let { rows, decided } = frame;
  for (const { facts } of choosers) {
    if (isConstant(facts)) continue;
    rows = joinIds(joinIds(rows, facts.value), facts.predicate);
    if (!open) decided = joinIds(decided, facts.carriers);
  }
  return { ...frame, rows, decided };
}

/**
 * Frames that are about to stand beside each other. Groups that meet rows of single units are settled first: how many rows a person
 * becomes would tell how many groups there are.
 */
export function fitToMeet(frames: readonly Frame[], inputs: readonly { readonly path: string }[], step: string, flow: Flow): Frame[] {
  const single = frames.some((frame) => !isOpen(frame) && isRowLevel(frame));
  return frames.map((frame, index) => (single && !isOpen(frame) && !isRowLevel(frame) ? flow.settle(frame, inputs[index]!.path, step, 'single-rows') : frame));
}
