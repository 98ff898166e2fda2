import { columnAverageManifest } from './algorithms/column-average/manifest.ts';
import { columnAverageModeller } from './algorithms/column-average/modeller.ts';
import { columnAveragePod } from './algorithms/column-average/pod.ts';
import { frameQueryManifest } from './algorithms/frame-query/manifest.ts';
import { frameQueryModeller } from './algorithms/frame-query/modeller.ts';
import { frameQueryPod } from './algorithms/frame-query/pod.ts';
import { modelEvaluationManifest } from './algorithms/model-evaluation/manifest.ts';
import { modelEvaluationModeller } from './algorithms/model-evaluation/modeller.ts';
import { modelEvaluationPod } from './algorithms/model-evaluation/pod.ts';
import { modelTrainingAndEvaluationManifest } from './algorithms/model-training-and-evaluation/manifest.ts';
import { modelTrainingAndEvaluationModeller } from './algorithms/model-training-and-evaluation/modeller.ts';
import { modelTrainingAndEvaluationPod } from './algorithms/model-training-and-evaluation/pod.ts';
import { modelTrainingManifest } from './algorithms/model-training/manifest.ts';
import { modelTrainingModeller } from './algorithms/model-training/modeller.ts';
import { modelTrainingPod } from './algorithms/model-training/pod.ts';
import { privateSqlManifest } from './algorithms/private-sql-query/manifest.ts';
import { privateSqlModeller } from './algorithms/private-sql-query/modeller.ts';
import { privateSqlPod } from './algorithms/private-sql-query/pod.ts';
import { sqlQueryManifest } from './algorithms/sql-query/manifest.ts';
import { sqlQueryModeller } from './algorithms/sql-query/modeller.ts';
import { sqlQueryPod } from './algorithms/sql-query/pod.ts';
import { storedFramesManifest } from './algorithms/stored-frames/manifest.ts';
import { storedFramesModeller } from './algorithms/stored-frames/modeller.ts';
import { storedFramesPod } from './algorithms/stored-frames/pod.ts';
import type { AlgorithmElement, Element, ModelElement, ProtocolElement } from './element.ts';
import { linearRegressionManifest } from './models/linear-regression/manifest.ts';
import { linearRegressionPart } from './models/linear-regression/part.ts';
import { logisticRegressionManifest } from './models/logistic-regression/manifest.ts';
import { logisticRegressionPart } from './models/logistic-regression/part.ts';
import { federatedAveragingManifest } from './protocols/federated-averaging/manifest.ts';
import { federatedAveragingModeller } from './protocols/federated-averaging/modeller.ts';
import { federatedAveragingPod } from './protocols/federated-averaging/pod.ts';
import { resultsOnlyManifest } from './protocols/results-only/manifest.ts';
import { resultsOnlyModeller } from './protocols/results-only/modeller.ts';
import { resultsOnlyPod } from './protocols/results-only/pod.ts';

/** One line for each installed element; a folder without a line is refused by the registry's spec. */
export const elements = registered<Element>([
  { manifest: resultsOnlyManifest, pod: resultsOnlyPod, modeller: resultsOnlyModeller } satisfies ProtocolElement,
  { manifest: federatedAveragingManifest, pod: federatedAveragingPod, modeller: federatedAveragingModeller } satisfies ProtocolElement,
  { manifest: modelTrainingManifest, pod: modelTrainingPod, modeller: modelTrainingModeller } satisfies AlgorithmElement,
  { manifest: modelEvaluationManifest, pod: modelEvaluationPod, modeller: modelEvaluationModeller } satisfies AlgorithmElement,
  { manifest: modelTrainingAndEvaluationManifest, pod: modelTrainingAndEvaluationPod, modeller: modelTrainingAndEvaluationModeller } satisfies AlgorithmElement,
  { manifest: columnAverageManifest, pod: columnAveragePod, modeller: columnAverageModeller } satisfies AlgorithmElement,
  { manifest: frameQueryManifest, pod: frameQueryPod, modeller: frameQueryModeller } satisfies AlgorithmElement,
  { manifest: privateSqlManifest, pod: privateSqlPod, modeller: privateSqlModeller } satisfies AlgorithmElement,
  { manifest: sqlQueryManifest, pod: sqlQueryPod, modeller: sqlQueryModeller } satisfies AlgorithmElement,
  { manifest: storedFramesManifest, pod: storedFramesPod, modeller: storedFramesModeller } satisfies AlgorithmElement,
  { manifest: logisticRegressionManifest, part: logisticRegressionPart } satisfies ModelElement,
  { manifest: linearRegressionManifest, part: linearRegressionPart } satisfies ModelElement,
]);

type ElementOf = { protocol: ProtocolElement; algorithm: AlgorithmElement; model: ModelElement };

/** Every installed element of a kind, in the order of the registry. */
export const ofKind = <Kind extends keyof ElementOf>(kind: Kind): ElementOf[Kind][] => elements.filter((element) => element.manifest.kind === kind) as ElementOf[Kind][];

/** The element of that name and version, or the latest version when none is named; null when there is none. */
export function findElement<Kind extends keyof ElementOf>(kind: Kind, name: string, version?: number): ElementOf[Kind] | null {
  const versions = ofKind(kind).filter(({ manifest }) => manifest.name === name && (version === undefined || manifest.version === version));
  return versions.reduce<ElementOf[Kind] | null>((latest, element) => (latest && latest.manifest.version > element.manifest.version ? latest : element), null);
}

/** A programming mistake, so it ends the start of the process: two elements must not answer to one name and version. */
export function registered<Entry extends Element>(list: readonly Entry[]): readonly Entry[] {
  const seen = new Set<string>();
  for (const { manifest } of list) {
    const id = `${manifest.kind} ${manifest.name}@${manifest.version}`;
    if (seen.has(id)) throw new Error(`The registry has ${id} twice.`);
    seen.add(id);
  }
  return list;
}
