import { Fault } from '@podnet/errors';
import type { Body } from '../body.ts';
import { markOf } from '../mark.ts';

/** Answers that are kept at most, in numbers of their arrays: a gigabyte. */
const mostKept = 2 ** 27;

/**
 * Gives an answer with noise once: the same question again gets the stored one, for nothing may be drawn twice. New questions are as many as planned.
 * When answers have to be forgotten, the oldest go; whoever asks for one again is told that the plan is used up.
 */
export function answeredOnce(planned: number, answer: (input: Body) => Body): (input: Body) => Body {
  const answers = new Map<string, Body>();
  let [asked, kept] = [0, 0];
  return (input) => {
    const mark = markOf(input.json, input.arrays);
    const known = answers.get(mark);
    if (known) return known;
    if (asked >= planned) throw new Fault('conflict.state', 'The pod was asked for more than its privacy was planned for.');
    asked += 1;
    const given = answer(input);
    answers.set(mark, given);
    kept += sizeOf(given);
    for (const [oldest, { arrays }] of answers) {
      if (kept <= mostKept || oldest === mark) break;
      answers.delete(oldest);
      kept -= sizeOf({ json: null, arrays });
    }
    return given;
  };
}

const sizeOf = ({ arrays }: Body): number => Object.values(arrays).reduce((sum, { length }) => sum + length, 0);
