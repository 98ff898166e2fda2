import type { Outcome } from '../../modeller-part.ts';
import { pool, withValidation } from './pooling.ts';
import type { Setting } from './questions.ts';
import type { State } from './state.ts';

/** The answer of the task: the model, how it came about, and how good it is on rows that it has not seen. */
export function outcomeOf(setting: Setting, state: State): Outcome {
  const { work, side } = setting;
  const results = work.pods.flatMap((pod, i) => {
    const { result } = state.pods[i]!;
    return result ? [{ pod, result }] : [];
  });
  const test = pool(setting, results.map(({ result }) => result.test));
  const validation = pool(setting, results.map(({ result }) => result.validation));
  const absent = work.pods.flatMap(({ podName }, i) => {
    const { absence } = state.pods[i]!;
    return absence ? [{ pod: podName, ...absence }] : [];
  });
  const summary = {
    rounds: withValidation(state.history, validation),
    earlyStopping: work.params.earlyStopping ? { stoppedEarly: state.stoppedEarly, bestRound: state.best?.round ?? null } : null,
    test: test && side.report(test),
    pods: results.map(({ pod, result }) => ({ pod: pod.podName, rows: result.rows, test: result.test && side.report(result.test) })),
    absent,
    ...(side.privacy ? { privacy: side.privacy() } : {}),
    model: side.describe(state.prepared!.body, state.weights),
  };
  return { summary, arrays: { weights: state.weights }, contributors: results.map(({ pod }) => pod.podId) };
}
