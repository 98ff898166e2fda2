import { body } from '../../body.ts';
import type { AveragingSide, ModellerEffect, ProtocolWork } from '../../modeller-part.ts';
import { steps, type Question } from './frames.ts';
import type { FederatedAveragingParams } from './manifest.ts';
import type { State } from './state.ts';

/** What the parts of the modeller's machine work with. */
export interface Setting {
  work: ProtocolWork<FederatedAveragingParams>;
  side: AveragingSide;
  /** Numbers in a vector of weights. */
  size: number;
}

/** The step of the present phase's question. */
export function stepOf({ work }: Setting, { phase, round }: State): number {
  const { rounds } = work.params;
  if (phase === 'statistics') return steps.statistics;
  if (phase === 'rounds') return steps.round(round);
  return phase === 'measure' ? steps.measure(rounds) : steps.finish(rounds);
}

/** Sends the present phase's question. */
export function sendQuestion(setting: Setting, state: State, podIds: readonly string[]): ModellerEffect {
  const step = stepOf(setting, state);
  if (state.phase !== 'statistics') return { type: 'send', podIds, step, body: body(questionOf(setting, state), { weights: state.weights }) };
  const ask = setting.side.ask();
  return { type: 'send', podIds, step, body: body({ phase: 'statistics', input: ask.json } satisfies Question, ask.arrays) };
}

/** Sends what a pod needs before it can answer anything after the statistics. */
export function sendPreparation({ prepared }: State, podIds: readonly string[]): ModellerEffect {
  const { body: own, mark } = prepared!;
  return { type: 'send', podIds, step: steps.prepare, body: body({ phase: 'prepare', mark, input: own.json } satisfies Question, own.arrays) };
}

function questionOf({ work }: Setting, { phase, mark, prepared, round }: State): Question {
  const { validation, earlyStopping } = work.params;
  const base = { mark, prepared: prepared!.mark };
  if (phase === 'rounds') return { phase: 'round', ...base, round, validate: validation && round > 1 };
  if (phase === 'measure') return { phase: 'measure', ...base };
  // Under early stopping the weights that are asked about have been measured already.
  return { phase: 'finish', ...base, validate: validation && !earlyStopping };
}
