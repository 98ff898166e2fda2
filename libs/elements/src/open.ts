import { Fault } from '@podnet/errors';
import type { ModellerMachine, ModellerPlan } from './modeller-part.ts';
import type { PodSession, PodWork } from './pod-part.ts';
import { parseTriple, type ParsedTriple } from './triple.ts';

/**
 * Opens the pod's side of one assignment. It parses the triple again: the pod trusts nobody's word for it.
 * **Throws** as `parseTriple`; `usage.unsupported` for privacy that the algorithm does not offer; `conflict.state` for a private session of
 * several rounds that has answered before; and what the algorithm finds wrong
 * about the published schema.
 */
export function openPodSession(work: PodWork): PodSession {
  const triple = parseTriple(work);
  requireOffered(triple, work.privacy);
  requireNotDrawn(triple, work);
  const { podIndex, podCount, data, privacy, bits } = work;
  const calls = triple.protocol.pod.calls(triple.asks.protocol.params);
  const algorithm = triple.algorithm.pod.open({ params: triple.asks.algorithm.params, model: triple.model, podIndex, podCount, data, privacy, bits, calls });
  return triple.protocol.pod.open(triple.asks.protocol.params, algorithm);
}

/**
 * Opens the modeller's side of one task. Pods are put in the order of their ids.
 * **Throws** as `parseTriple`; `usage.invalid` for pods that are named twice, too many, too few, or do not fit the parameters;
 * and what the algorithm finds wrong about the published schema. Privacy that the algorithm does not offer is the pods' to deny, with
 * every reason.
 */
export function openModellerMachine(plan: ModellerPlan): ModellerMachine {
  const triple = parseTriple(plan);
  const pods = [...plan.pods].sort((a, b) => (a.podId < b.podId ? -1 : 1));
  const { minPods, maxPods, name } = triple.protocol.manifest;
  if (new Set(pods.map(({ podId }) => podId)).size < pods.length) throw new Fault('usage.invalid', 'A pod is named twice.', { at: 'pods' });
  if (pods.length < minPods || pods.length > maxPods) throw new Fault('usage.invalid', `${name} runs over ${minPods} to ${maxPods} pods.`, { at: 'pods' });
  if (plan.minPods > pods.length) throw new Fault('usage.invalid', 'The task needs more pods than it names.', { at: 'minPods' });
  const calls = triple.protocol.pod.calls(triple.asks.protocol.params);
  const algorithm = triple.algorithm.modeller.open({ params: triple.asks.algorithm.params, model: triple.model, pods, privacy: plan.privacy, calls });
  return triple.protocol.modeller.open({ params: triple.asks.protocol.params, pods, minPods: plan.minPods, algorithm });
}

/** A promise of privacy that would not be kept is refused, whoever checked before. */
function requireOffered({ algorithm }: ParsedTriple, privacy: object | null): void {
  if (privacy === null || algorithm.manifest.offersPrivacy) return;
  throw new Fault('usage.unsupported', `${algorithm.manifest.name} does not offer differential privacy.`, { at: 'privacy' });
}

/** The answers of an earlier session are gone, and noise of one charge is not drawn twice. One that ends in its only answer has not let anything go. */
function requireNotDrawn({ protocol }: ParsedTriple, { privacy, resumed }: PodWork): void {
  if (privacy === null || !resumed || !protocol.manifest.rounds) return;
  throw new Fault('conflict.state', 'The session ended before its time, and what it had answered with noise cannot be repeated.', { hint: 'Submit the task again; it is charged anew.' });
}
