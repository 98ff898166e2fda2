import { Fault, isFault, type FaultCode } from '@podnet/errors';
import { absenceOf } from '../../absence.ts';
import { body, type Body } from '../../body.ts';
import type { Evaluated, ModellerEvent, ModellerMachine, ProtocolModellerPart, Transition } from '../../modeller-part.ts';
import { advance, begin } from './advance.ts';
import { answers, readForm, steps } from './frames.ts';
import type { FederatedAveragingParams } from './manifest.ts';
import { requireFit } from './plan-fit.ts';
import { sendPreparation, sendQuestion, stepOf, type Setting } from './questions.ts';
import { positionOf, restoreState, saveState, type Answer, type PodState, type State } from './state.ts';

/** Rounds over pods: ask, wait for every pod that is left, average in the order of the plan, ask again. */
export const federatedAveragingModeller: ProtocolModellerPart<FederatedAveragingParams> = {
  open(work) {
    const side = work.algorithm.averaging;
    if (!side) throw new Fault('element.mismatch', 'The algorithm has no weights to average.', { at: 'algorithm.name' });
    requireFit(work, side);
    return new FederatedAveragingMachine({ work, side, size: side.initial().length }) as ModellerMachine;
  },
};

type PodEvent<Type extends ModellerEvent['type']> = Extract<ModellerEvent, { type: Type }>;

class FederatedAveragingMachine implements ModellerMachine<State> {
  constructor(private readonly setting: Setting) {}

  start(): Transition<State> {
    return begin(this.setting);
  }

  step(state: State, event: ModellerEvent): Transition<State> {
    const at = this.setting.work.pods.findIndex(({ podId }) => podId === event.podId);
    const pod = state.pods[at];
    if (!pod || state.phase === 'over' || pod.absence || pod.result) return { state, effects: [] };
    switch (event.type) {
      case 'pod-ready':
        return this.ready(state, at, pod, event);
      case 'frame':
        return this.frame(state, at, pod, event);
      case 'pod-ended':
        return this.ended(state, at, pod, event);
    }
  }

  save(state: State): Body {
    return saveState(state);
  }

  position(state: State): number {
    return positionOf(state);
  }

  restore(saved: Body): State {
    const { work, side, size } = this.setting;
    return restoreState(saved, work.pods.length, size, (json) => side.acceptEvaluation(json));
  }

  /** A pod that starts, or starts again, is first brought to where the others are. */
  private ready(state: State, at: number, pod: PodState, { podId, epoch }: PodEvent<'pod-ready'>): Transition<State> {
    if (epoch < pod.epoch) return { state, effects: [] };
    if (state.phase === 'statistics') {
      const next = withPod(state, at, { ...pod, epoch });
      return { state: next, effects: pod.answer ? [] : [sendQuestion(this.setting, next, [podId])] };
    }
    const next = withPod(state, at, { ...pod, epoch, readiness: 'preparing' });
    return { state: next, effects: [sendPreparation(next, [podId])] };
  }

  private frame(state: State, at: number, pod: PodState, event: PodEvent<'frame'>): Transition<State> {
    if (event.epoch !== pod.epoch) return { state, effects: [] };
    try {
      if (event.step === steps.prepare && state.phase !== 'statistics') return this.preparedAnswer(state, at, pod, event);
      if (event.step !== stepOf(this.setting, state) || pod.answer) return { state, effects: [] };
      const answer = this.answerOf(state, event.body);
      // An answer to what was asked before a checkpoint was restored: the shell takes it for the answer, so ask again.
      if (!answer) return { state, effects: [sendQuestion(this.setting, state, [event.podId])] };
      return advance(this.setting, withPod(state, at, { ...pod, readiness: 'ready', answer }));
    } catch (error) {
      if (!isFault(error)) throw error;
      return this.exclude(state, at, pod, error.code);
    }
  }

  private preparedAnswer(state: State, at: number, pod: PodState, { podId, body }: PodEvent<'frame'>): Transition<State> {
    const { mark } = readForm(answers.prepare, body.json);
    if (pod.readiness !== 'preparing') return { state, effects: [] };
    if (mark !== state.prepared?.mark) return { state, effects: [sendPreparation(state, [podId])] };
    const next = withPod(state, at, { ...pod, readiness: 'ready' });
    return { state: next, effects: pod.answer ? [] : [sendQuestion(this.setting, next, [podId])] };
  }

  /** Null for an answer to another question than the one that was asked. **Throws** a `Fault` for what is no answer. */
  private answerOf(state: State, { json, arrays }: Body): Answer | null {
    const { side, size } = this.setting;
    if (state.phase === 'statistics') {
      const own = body(readForm(answers.statistics, json).answer, arrays);
      side.acceptStatistics(own);
      return { type: 'statistics', body: own };
    }
    if (state.phase === 'measure') {
      const { mark, validation } = readForm(answers.measure, json);
      return mark === state.mark ? { type: 'measure', validation: this.evaluation(validation) } : null;
    }
    if (state.phase !== 'rounds') return null;
    const { mark, rows, loss, validation } = readForm(answers.round, json);
    if (mark !== state.mark) return null;
    const { weights } = arrays;
    if (weights?.length !== size) throw new Fault('envelope.malformed');
    for (let i = 0; i < size; i++) if (!Number.isFinite(weights[i])) throw new Fault('data.not-finite');
    return { type: 'round', rows, loss, validation: this.evaluation(validation), weights };
  }

  private ended(state: State, at: number, pod: PodState, event: PodEvent<'pod-ended'>): Transition<State> {
    if (event.state !== 'done') return advance(this.setting, withPod(state, at, { ...pod, answer: null, absence: absenceOf(event) }));
    try {
      if (state.phase !== 'finish' || !event.body) throw new Fault('conflict.state');
      const { mark, rows, validation, test } = readForm(answers.finish, event.body.json);
      if (mark !== state.mark) throw new Fault('conflict.state');
      return advance(this.setting, withPod(state, at, { ...pod, result: { rows, validation: this.evaluation(validation), test: this.evaluation(test) } }));
    } catch (error) {
      if (!isFault(error)) throw error;
      return this.exclude(state, at, pod, error.code);
    }
  }

  private evaluation(json: unknown): Evaluated | null {
    return json === null || json === undefined ? null : this.setting.side.acceptEvaluation(json);
  }

  private exclude(state: State, at: number, pod: PodState, code: FaultCode): Transition<State> {
    const { podId, podName } = this.setting.work.pods[at]!;
    const transition = advance(this.setting, withPod(state, at, { ...pod, answer: null, absence: { state: 'excluded', code } }));
    return { state: transition.state, effects: [{ type: 'exclude', podId, code, says: `The answer of ${podName} cannot be used.` }, ...transition.effects] };
  }
}

const withPod = (state: State, at: number, pod: PodState): State => ({ ...state, pods: state.pods.with(at, pod) });
