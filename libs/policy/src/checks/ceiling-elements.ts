import { fail, pass, type CheckRule } from '../check.ts';
import type { ElementFacts, TripleFacts } from '../facts.ts';
import { printable } from '../printable.ts';

const id = 'ceiling.elements';

/**
 * Elements the custodian allows or denies by name. A custom element's name is the modeller's to choose: it is allowed by
 * its hash alone, and denied by whatever fits.
 */
export const ceilingElements: CheckRule = {
  id,
  code: 'policy.denied',
  shownTo: 'standing',
  look({ pod: { ceiling }, triple }) {
    const { allowElements: allow, denyElements: deny } = ceiling;
    if (allow === undefined && deny === undefined) return null;
    const refused: string[] = [];
    for (const element of present(triple)) {
      if ((allow !== undefined && !isAllowed(element, allow)) || (deny !== undefined && isDenied(element, deny))) refused.push(printable(element.name));
    }
    if (refused.length === 0) return pass(id, "The pod's ceiling allows every element of the task.");
    return fail(id, `The pod's ceiling does not allow ${refused.join(', ')}.`, 'A task of elements that the ceiling allows, or the ceiling changed by the custodian.');
  },
};

function present(triple: TripleFacts): ElementFacts[] {
  const elements: ElementFacts[] = [];
  if (triple.protocol.found !== null) elements.push(triple.protocol.found);
  if (triple.algorithm.found !== null) elements.push(triple.algorithm.found);
  if (triple.model !== null && triple.model.found !== null) elements.push(triple.model.found);
  return elements;
}

function isAllowed(element: ElementFacts, allow: readonly string[]): boolean {
  if (element.origin === 'installed') return allow.includes(element.name) || allow.includes(`${element.name}@${element.version}`);
  return element.hash !== undefined && element.hash !== '' && allow.includes(element.hash);
}

function isDenied(element: ElementFacts, deny: readonly string[]): boolean {
  const { name, version, reference, hash } = element;
  if (deny.includes(name) || deny.includes(`${name}@${version}`)) return true;
  if (hash !== undefined && deny.includes(hash)) return true;
  return reference !== undefined && (deny.includes(reference) || deny.includes(reference.slice(0, reference.lastIndexOf('@'))));
}
