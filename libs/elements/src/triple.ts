import { Fault, isFault } from '@podnet/errors';
import type { Manifest } from './manifest.ts';
import type { TaskModel } from './model-part.ts';
import { didYouMean } from './nearest-name.ts';
import type { AlgorithmElement, ProtocolElement } from './element.ts';
import { joinFaults, parseParams, printable } from './params-fault.ts';
import type { ElementAsk } from './pod-part.ts';
import { findElement, ofKind } from './registry.ts';

/** An element as a task asks for it; without a version, the latest installed one. */
export interface LooseAsk {
  name: string;
  version?: number;
  params?: unknown;
}

export interface TripleAsk {
  protocol: LooseAsk;
  algorithm: LooseAsk;
  model?: LooseAsk | null;
}

/** A triple that fits together. */
export interface ParsedTriple {
  /** Plain JSON, as it travels: versions fixed, parameters checked, defaults filled in. */
  asks: { protocol: ElementAsk; algorithm: ElementAsk; model: ElementAsk | null };
  protocol: ProtocolElement;
  algorithm: AlgorithmElement;
  model: TaskModel | null;
}

/**
 * Finds the three elements, parses their parameters and checks that they fit each other. Every mistake is reported, not the first.
 * **Throws** `element.unknown`, `element.mismatch`, `usage.invalid`, `usage.unknown-key`; several as causes of one fault, each with
 * its place in the task (`protocol.rounds`) and, where one is near, the name that was probably meant.
 */
export function parseTriple(asks: TripleAsk): ParsedTriple {
  const faults: Fault[] = [];
  const attempt = <T>(run: () => T): T | null => {
    try {
      return run();
    } catch (error) {
      if (!isFault(error)) throw error;
      faults.push(error);
      return null;
    }
  };
  const protocol = attempt(() => known('protocol', asks.protocol));
  const algorithm = attempt(() => known('algorithm', asks.algorithm));
  const modelAsk = asks.model ?? null;
  const model = modelAsk && attempt(() => known('model', modelAsk));
  if (algorithm) {
    attempt(() => requireCarried(algorithm, protocol));
    attempt(() => requireModel(algorithm, modelAsk !== null));
  }
  const protocolParams = protocol && attempt(() => parseParams(protocol.manifest.params, asks.protocol.params, 'protocol'));
  const algorithmParams = algorithm && attempt(() => parseParams(algorithm.manifest.params, asks.algorithm.params, 'algorithm'));
  const modelParams = model && attempt(() => parseParams(model.manifest.params, modelAsk!.params, 'model'));
  if (faults.length > 0 || !protocol || !algorithm) throw joinFaults(faults.flatMap(unjoined), 'The task has several mistakes.');

  return {
    asks: { protocol: askOf(protocol.manifest, protocolParams), algorithm: askOf(algorithm.manifest, algorithmParams), model: model && askOf(model.manifest, modelParams) },
    protocol,
    algorithm,
    model: model && {
      name: model.manifest.name,
      version: model.manifest.version,
      params: modelParams,
      learns: model.manifest.learns,
      create: (shape) => model.part.create(shape, modelParams),
    },
  };
}

const askOf = ({ name, version }: Manifest, params: unknown): ElementAsk => ({ name, version, params });

function known<Kind extends 'protocol' | 'algorithm' | 'model'>(kind: Kind, { name, version }: LooseAsk) {
  const found = findElement(kind, name, version);
  if (found) return found;
  const latest = findElement(kind, name);
  if (latest) {
    throw new Fault('element.unknown', `The ${kind} ${latest.manifest.name} is not installed in this version.`, { at: `${kind}.version`, hint: `Version ${latest.manifest.version} is.` });
  }
  const names = [...new Set(ofKind(kind).map(({ manifest }) => manifest.name))];
  throw new Fault('element.unknown', `There is no ${kind} ${printable(name)}.`, { at: `${kind}.name`, hint: didYouMean(name, names) ?? `Installed: ${names.join(', ')}.` });
}

function requireCarried({ manifest }: AlgorithmElement, protocol: ProtocolElement | null): void {
  if (!protocol || manifest.carriedBy.includes(protocol.manifest.name)) return;
  throw new Fault('element.mismatch', `${protocol.manifest.name} does not carry ${manifest.name}.`, { at: 'algorithm.name', hint: `${manifest.name} goes with ${manifest.carriedBy.join(' or ')}.` });
}

function requireModel({ manifest }: AlgorithmElement, given: boolean): void {
  if (manifest.takesModel === given) return;
  const names = ofKind('model').map((each) => each.manifest.name);
  if (manifest.takesModel) throw new Fault('element.mismatch', `${manifest.name} needs a model and the task names none.`, { at: 'model', hint: `Installed: ${names.join(', ')}.` });
  throw new Fault('element.mismatch', `${manifest.name} takes no model and the task names one.`, { at: 'model' });
}

/** A fault that stands for several gives them back. */
function unjoined(fault: Fault): Fault[] {
  return fault.details.causes?.map((cause) => Fault.fromBody(cause)) ?? [fault];
}
