import type { AlgorithmManifest, ModelManifest, ProtocolManifest } from './manifest.ts';
import type { ModelPart } from './model-part.ts';
import type { AlgorithmModellerPart, ProtocolModellerPart } from './modeller-part.ts';
import type { AlgorithmPodPart, ProtocolPodPart } from './pod-part.ts';

/** A protocol's folder as one entry of the registry. */
export interface ProtocolElement {
  manifest: ProtocolManifest;
  pod: ProtocolPodPart;
  modeller: ProtocolModellerPart;
}

/** An algorithm's folder as one entry of the registry. */
export interface AlgorithmElement {
  manifest: AlgorithmManifest;
  pod: AlgorithmPodPart;
  modeller: AlgorithmModellerPart;
}

/** A model's folder as one entry of the registry. */
export interface ModelElement {
  manifest: ModelManifest;
  part: ModelPart;
}

export type Element = ProtocolElement | AlgorithmElement | ModelElement;
