import type { AlgorithmFacts, ElementFacts, TripleFacts } from '@podnet/policy';
import type { Manifest } from './manifest.ts';
import { parseParams, printable } from './params-fault.ts';
import { findElement } from './registry.ts';
import type { LooseAsk, TripleAsk } from './triple.ts';

/** What `decide` must know of an installed element. */
export const elementFacts = ({ name, version }: Manifest): ElementFacts => ({ name, version, origin: 'installed' });

/**
 * The triple as `decide` looks at it, also when elements are missing or do not fit. Without parameters, as the hub asks, the
 * algorithm releases what it does under any parameters.
 * **Throws** `usage.invalid` or `usage.unknown-key` for an algorithm's parameters that are given and wrong.
 */
export function tripleFacts({ protocol, algorithm, model }: TripleAsk): TripleFacts {
  const found = findElement('protocol', protocol.name, protocol.version);
  const foundModel = model ? findElement('model', model.name, model.version) : null;
  return {
    protocol: { asked: askedText(protocol), found: found && elementFacts(found.manifest) },
    algorithm: { asked: askedText(algorithm), found: algorithmFacts(algorithm) },
    model: model ? { asked: askedText(model), found: foundModel && elementFacts(foundModel.manifest) } : null,
  };
}

function algorithmFacts({ name, version, params }: LooseAsk): AlgorithmFacts | null {
  const found = findElement('algorithm', name, version);
  if (!found) return null;
  const { manifest } = found;
  const releases = manifest.releases(params === undefined ? null : parseParams(manifest.params, params, 'algorithm'));
  return { ...elementFacts(manifest), carriedBy: manifest.carriedBy, takesModel: manifest.takesModel, offersPrivacy: manifest.offersPrivacy, releases };
}

const askedText = ({ name, version }: LooseAsk): string => (version === undefined ? printable(name) : `${printable(name)}@${version}`);
