import { Fault, isFault } from '@podnet/errors';
import { z } from 'zod';
import { absenceOf, tooFewPods, type Absence } from '../../absence.ts';
import type { Body } from '../../body.ts';
import type { ModellerEffect, ModellerEvent, ModellerMachine, PodAnswer, ProtocolModellerPart, ProtocolWork, ResultsSide, Transition } from '../../modeller-part.ts';
import type { ResultsOnlyParams } from './manifest.ts';

type End = { type: 'answered'; body: Body } | ({ type: 'absent' } & Absence);

/** How each pod ended, in the order of the plan; null while it has not. */
interface State {
  ends: readonly (End | null)[];
  over: boolean;
}

/** Waits until every pod has ended, then combines the answers that came. */
export const resultsOnlyModeller: ProtocolModellerPart<ResultsOnlyParams> = {
  open(work) {
    const results = work.algorithm.results;
    if (!results) throw new Fault('element.mismatch', 'The algorithm has no answer that results-only can carry.', { at: 'algorithm.name' });
    return new ResultsOnlyMachine(work, results) as ModellerMachine;
  },
};

class ResultsOnlyMachine implements ModellerMachine<State> {
  constructor(
    private readonly work: ProtocolWork<ResultsOnlyParams>,
    private readonly results: ResultsSide,
  ) {}

  start(): Transition<State> {
    return { state: { ends: this.work.pods.map(() => null), over: false }, effects: [] };
  }

  step(state: State, event: ModellerEvent): Transition<State> {
    const at = event.type === 'pod-ended' ? this.work.pods.findIndex(({ podId }) => podId === event.podId) : -1;
    if (event.type !== 'pod-ended' || state.over || at < 0 || state.ends[at]) return { state, effects: [] };
    const end = this.endOf(event);
    const ends = state.ends.with(at, end);
    const effects: ModellerEffect[] = [];
    if (end.type === 'absent' && end.state === 'excluded') {
      effects.push({ type: 'exclude', podId: event.podId, code: end.code, says: `The answer of ${this.work.pods[at]!.podName} cannot be used.` });
    }
    const verdict = this.verdict(ends);
    if (verdict) return { state: { ends, over: true }, effects: [...effects, verdict] };
    return { state: { ends, over: false }, effects: [...effects, { type: 'checkpoint' }, this.progress(ends)] };
  }

  save({ ends, over }: State): Body {
    const arrays: Body['arrays'] = {};
    const json = ends.map((end, at) => {
      if (end?.type !== 'answered') return end;
      for (const [name, values] of Object.entries(end.body.arrays)) arrays[`${at}.${name}`] = values;
      return { type: end.type, json: end.body.json };
    });
    return { json: { protocol: 'results-only', over, ends: json }, arrays };
  }

  position({ ends }: State): number {
    return ends.filter((end) => end !== null).length;
  }

  restore(saved: Body): State {
    const parsed = savedForm.safeParse(saved.json);
    if (!parsed.success || parsed.data.ends.length !== this.work.pods.length) throw malformed();
    const ends = parsed.data.ends.map((end, at): End | null => {
      if (end?.type !== 'answered') return end as End | null;
      const own = Object.entries(saved.arrays).filter(([name]) => name.startsWith(`${at}.`));
      return { type: 'answered', body: { json: end.json, arrays: Object.fromEntries(own.map(([name, values]) => [name.slice(`${at}.`.length), values])) } };
    });
    return { ends, over: parsed.data.over };
  }

  private endOf(event: Extract<ModellerEvent, { type: 'pod-ended' }>): End {
    if (event.state !== 'done') return { type: 'absent', ...absenceOf(event) };
    try {
      if (!event.body) throw malformed();
      this.results.accept(event.body);
      return { type: 'answered', body: event.body };
    } catch (error) {
      if (!isFault(error)) throw error;
      return { type: 'absent', state: 'excluded', code: error.code };
    }
  }

  /** The end of the task, once it is certain. */
  private verdict(ends: State['ends']): ModellerEffect | null {
    const { pods, minPods } = this.work;
    const absences = pods.flatMap(({ podName }, at) => {
      const end = ends[at];
      return end?.type === 'absent' ? [{ podName, state: end.state, code: end.code }] : [];
    });
    const left = pods.length - absences.length;
    if (left < Math.max(1, minPods)) return tooFewPods(left, Math.max(1, minPods), absences);
    if (ends.some((end) => end === null)) return null;
    const answers = pods.flatMap(({ podId, podName }, at): PodAnswer[] => {
      const end = ends[at];
      return end?.type === 'answered' ? [{ podId, podName, body: end.body }] : [];
    });
    try {
      const { summary, arrays } = this.results.combine(answers);
      const absent = absences.map(({ podName, state, code }) => ({ pod: podName, state, code }));
      return { type: 'finish', outcome: { summary: { ...summary, absent }, arrays, contributors: answers.map(({ podId }) => podId) } };
    } catch (error) {
      if (!isFault(error)) throw error;
      return { type: 'fail', code: error.code, says: error.message };
    }
  }

  private progress(ends: State['ends']): ModellerEffect {
    const done = ends.filter((end) => end !== null).length;
    return { type: 'progress', done, of: ends.length, says: `${done} of ${ends.length} pods have ended.` };
  }
}

const absentForm = z.strictObject({ type: z.literal('absent'), state: z.enum(['denied', 'failed', 'parked', 'cancelled', 'lost', 'excluded']), code: z.string() });
const savedForm = z.strictObject({
  protocol: z.literal('results-only'),
  over: z.boolean(),
  ends: z.array(z.union([z.strictObject({ type: z.literal('answered'), json: z.unknown() }), absentForm]).nullable()),
});

const malformed = (): Fault => new Fault('envelope.malformed', 'This is not a saved state or answer of this task.');
