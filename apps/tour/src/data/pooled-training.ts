import { openModellerMachine, openPodSession, parseTriple, type ModellerEffect, type Outcome } from '@podnet/elements';
import { splitRows, type Split } from '@podnet/learning';
import { cryptoBits } from '@podnet/privacy';
import { Fault } from '@podnet/errors';
import { pooledTable } from './column-values.ts';
import type { Scene } from './site.ts';

/** The comparison: the same model, trained by the same code on the pooled rows of the sites' own splits, as one single pod. */
export function trainPooled(scene: Scene, asks: Parameters<typeof parseTriple>[0]): Outcome {
  const { asks: triple } = parseTriple(asks);
  const table = pooledTable(scene);
  const schema = scene.columns.map(({ name, type, domain }) => ({ name, kind: type, ...(domain ? { domain } : {}) }));
  const data = {
    dataset: scene.dataset,
    schema,
    table: (names: readonly string[]) => ({ rows: table.rows, columns: names.map((name) => table.columns.find((column) => column.name === name)!) }),
    split: pooledSplit(scene),
    minRows: scene.minRows,
  };
  const pod = openPodSession({ ...triple, privacy: null, podIndex: 0, podCount: 1, data, bits: cryptoBits(globalThis.crypto) });
  const machine = openModellerMachine({ ...triple, privacy: null, minPods: 1, pods: [{ podId: 'pooled', podName: 'pooled', dataset: scene.dataset, schema }] });

  let { state, effects } = machine.start();
  const queue: ModellerEffect[] = [...effects];
  const tell = (event: Parameters<typeof machine.step>[1]): void => {
    ({ state, effects } = machine.step(state, event));
    queue.push(...effects);
  };
  pod.start();
  tell({ type: 'pod-ready', podId: 'pooled', epoch: 1 });
  for (let effect = queue.shift(); effect; effect = queue.shift()) {
    if (effect.type === 'finish') return effect.outcome;
    if (effect.type === 'fail') throw new Fault(effect.code, effect.says);
    if (effect.type !== 'send') continue;
    for (const output of pod.frame(effect.step, effect.body)) {
      if (output.type === 'reply') tell({ type: 'frame', podId: 'pooled', epoch: 1, step: output.step, body: output.body });
      if (output.type === 'finish') tell({ type: 'pod-ended', podId: 'pooled', state: 'done', code: null, body: output.body });
    }
  }
  throw new Fault('internal.unexpected');
}

/** The union of the splits that the pods make of their own rows. */
function pooledSplit(scene: Scene): Split {
  const parts: Record<keyof Split, number[]> = { train: [], validation: [], test: [] };
  let before = 0;
  for (const { rows } of scene.sites) {
    const split = splitRows(rows.length, scene.split);
    for (const part of ['train', 'validation', 'test'] as const) for (const row of split[part]) parts[part].push(before + row);
    before += rows.length;
  }
  return { train: Int32Array.from(parts.train), validation: Int32Array.from(parts.validation), test: Int32Array.from(parts.test) };
}
