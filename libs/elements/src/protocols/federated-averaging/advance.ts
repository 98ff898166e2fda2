import { isFault } from '@podnet/errors';
import { averageWeights } from '@podnet/learning';
import { tooFewPods } from '../../absence.ts';
import type { ModellerEffect, Transition } from '../../modeller-part.ts';
import { noteMeasured } from './early-stopping.ts';
import type { RoundRow } from './history.ts';
import { outcomeOf } from './outcome.ts';
import { pool, withValidation } from './pooling.ts';
import { sendPreparation, sendQuestion, type Setting } from './questions.ts';
import { markOfWeights, prepare, type Answer, type PodState, type State } from './state.ts';

/** The state before anything is heard of a pod. */
export function begin(setting: Setting): Transition<State> {
  const weights = setting.side.initial();
  const pods = setting.work.pods.map((): PodState => ({ epoch: 0, readiness: 'absent', answer: null, absence: null, result: null }));
  const state: State = { phase: 'statistics', round: 0, prepared: null, weights, mark: markOfWeights(weights, null), best: null, waited: 0, stoppedEarly: false, history: [], pods };
  return setting.side.needsStatistics ? { state, effects: [] } : afterStatistics(setting, state);
}

/** Goes on when every pod that is left has answered, and ends when too few are left. */
export function advance(setting: Setting, state: State): Transition<State> {
  const { pods, minPods } = setting.work;
  const absences = pods.flatMap(({ podName }, i) => {
    const { absence } = state.pods[i]!;
    return absence ? [{ podName, ...absence }] : [];
  });
  const left = pods.length - absences.length;
  const needed = Math.max(1, minPods);
  if (left < needed) return over(state, tooFewPods(left, needed, absences));
  if (state.pods.some((pod) => !pod.absence && !(state.phase === 'finish' ? pod.result : pod.answer))) return { state, effects: [] };
  try {
    return afterPhase[state.phase](setting, state);
  } catch (error) {
    if (!isFault(error)) throw error;
    return over(state, { type: 'fail', code: error.code, says: error.message });
  }
}

const afterPhase: Record<State['phase'], (setting: Setting, state: State) => Transition<State>> = {
  statistics: afterStatistics,
  rounds: afterRound,
  measure: afterMeasure,
  finish: (setting, state) => over(state, { type: 'finish', outcome: outcomeOf(setting, state) }),
  over: (_setting, state) => ({ state, effects: [] }),
};

function afterStatistics({ work, side }: Setting, state: State): Transition<State> {
  const prepared = prepare(side.pool(answersOf(state, 'statistics').map(({ answer }) => answer.body)));
  const pods = state.pods.map((pod): PodState => ({ ...pod, answer: null, readiness: pod.epoch > 0 && !pod.absence ? 'preparing' : 'absent' }));
  const next: State = { ...state, phase: 'rounds', round: 1, prepared, mark: markOfWeights(state.weights, prepared), pods };
  const podIds = work.pods.filter((_, i) => pods[i]!.readiness === 'preparing').map(({ podId }) => podId);
  return { state: next, effects: podIds.length === 0 ? [] : [{ type: 'checkpoint' }, sendPreparation(next, podIds)] };
}

function afterRound(setting: Setting, state: State): Transition<State> {
  const { params, pods } = setting.work;
  const { round } = state;
  const given = answersOf(state, 'round').map(({ at, answer }) => ({ answer, weight: shareOf(params.weights, pods[at]!.podName, answer.rows) }));
  const averaged = averageWeights(given.map(({ answer: { weights }, weight }) => ({ weights, weight })));
  // What pods validated are the weights that this round began with, which are those the round before ended with.
  const validation = pool(setting, given.map(({ answer }) => answer.validation));
  const history = round > 1 ? withValidation(state.history, validation) : state.history;
  const measured = params.earlyStopping && round > 1 ? noteMeasured(params.earlyStopping, state, round - 1, state.weights, validation) : {};
  const row: RoundRow = { round, pods: given.length, loss: meanLoss(given), validation: null };
  const progress: ModellerEffect = { type: 'progress', done: round, of: params.rounds, says: `Round ${round} of ${params.rounds}`, metrics: { loss: row.loss, ...validation?.metrics } };
  const next: State = { ...state, ...measured, history: [...history, row], pods: withoutAnswers(state) };

  if (params.earlyStopping && next.waited >= params.earlyStopping.patience) {
    // This round was trained ahead while the one before it was measured; it is not used.
    return ask(setting, { ...next, history, phase: 'finish', stoppedEarly: true, ...weightsOf(state, next.best!.weights) }, progress);
  }
  if (round < params.rounds) return ask(setting, { ...next, round: round + 1, ...weightsOf(state, averaged) }, progress);
  return ask(setting, { ...next, phase: params.earlyStopping ? 'measure' : 'finish', ...weightsOf(state, averaged) }, progress);
}

function afterMeasure(setting: Setting, state: State): Transition<State> {
  const validation = pool(setting, answersOf(state, 'measure').map(({ answer }) => answer.validation));
  const measured = noteMeasured(setting.work.params.earlyStopping!, state, state.round, state.weights, validation);
  const next: State = { ...state, ...measured, phase: 'finish', history: withValidation(state.history, validation), pods: withoutAnswers(state), ...weightsOf(state, measured.best!.weights) };
  return ask(setting, next);
}

/** Asks the present question of every pod that is prepared; the others are asked once they are. */
function ask(setting: Setting, state: State, ...before: ModellerEffect[]): Transition<State> {
  const podIds = setting.work.pods.filter((_, i) => !state.pods[i]!.absence && state.pods[i]!.readiness === 'ready').map(({ podId }) => podId);
  // Pods forget everything once they have finished, so the state that finishes them has to be safe first.
  const checkpoint: ModellerEffect = state.phase === 'finish' ? { type: 'checkpoint', required: true } : { type: 'checkpoint' };
  return { state, effects: [...before, checkpoint, ...(podIds.length === 0 ? [] : [sendQuestion(setting, state, podIds)])] };
}

function shareOf(weights: Setting['work']['params']['weights'], podName: string, rows: number): number {
  if (weights === 'rows') return rows;
  return weights === 'equal' ? 1 : weights[podName]!;
}

function meanLoss(given: readonly { answer: Extract<Answer, { type: 'round' }>; weight: number }[]): number | null {
  const told = given.filter(({ answer }) => answer.loss !== null);
  const total = told.reduce((sum, { weight }) => sum + weight, 0);
  return total === 0 ? null : told.reduce((sum, { answer, weight }) => sum + answer.loss! * (weight / total), 0);
}

function answersOf<Type extends Answer['type']>(state: State, type: Type): { at: number; answer: Extract<Answer, { type: Type }> }[] {
  return state.pods.flatMap(({ absence, answer }, at) => (!absence && answer?.type === type ? [{ at, answer: answer as Extract<Answer, { type: Type }> }] : []));
}

const weightsOf = ({ prepared }: State, weights: Float64Array): Pick<State, 'weights' | 'mark'> => ({ weights, mark: markOfWeights(weights, prepared) });

const withoutAnswers = ({ pods }: State): readonly PodState[] => pods.map((pod) => ({ ...pod, answer: null }));

const over = (state: State, effect: ModellerEffect): Transition<State> => ({ state: { ...state, phase: 'over', pods: withoutAnswers(state) }, effects: [effect] });
