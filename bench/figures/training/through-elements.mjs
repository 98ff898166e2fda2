import { openModellerMachine, openPodSession } from '@podnet/elements';
import { cryptoBits } from '@podnet/privacy';

/** One whole task over one pod, without a network between. Resolves to the weights. */
export function throughElements(asks, data) {
  const pod = openPodSession({ ...asks, podIndex: 0, podCount: 1, data, bits: cryptoBits(globalThis.crypto) });
  const machine = openModellerMachine({ ...asks, minPods: 1, pods: [{ podId: 'pod-1', podName: 'pod', dataset: 'data', schema: data.schema }] });
  let { state, effects } = machine.start();
  const queue = [...effects];
  const tell = (event) => {
    ({ state, effects } = machine.step(state, event));
    queue.push(...effects);
  };
  pod.start();
  tell({ type: 'pod-ready', podId: 'pod-1', epoch: 1 });
  for (let effect = queue.shift(); effect; effect = queue.shift()) {
    if (effect.type === 'finish') return effect.outcome.summary.model?.weights ?? effect.outcome.arrays.weights;
    if (effect.type === 'fail') throw new Error(`the training failed with ${effect.code}`);
    if (effect.type !== 'send') continue;
    for (const output of pod.frame(effect.step, effect.body)) {
      if (output.type === 'reply') tell({ type: 'frame', podId: 'pod-1', epoch: 1, step: output.step, body: output.body });
      if (output.type === 'finish') tell({ type: 'pod-ended', podId: 'pod-1', state: 'done', code: null, body: output.body });
    }
  }
  throw new Error('the training did not end');
}
