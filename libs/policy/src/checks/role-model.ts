import { isExtraElement } from '../applied.ts';
import type { Applied } from '../applied.ts';
import { fail, pass, type CheckRule } from '../check.ts';
import type { ElementFacts } from '../facts.ts';
import { extraWay, roleHint } from '../hint.ts';
import { printable } from '../printable.ts';
import type { Check } from '../verdict.ts';

const id = 'role.model';

/** Installed models by role or extra; custom ones by role, or by an extra that names both the reference and the hash. */
export const roleModel: CheckRule = {
  id,
  code: 'policy.denied',
  shownTo: 'standing',
  look({ triple }, applied) {
    const model = triple.model === null ? null : triple.model.found;
    if (model === null) return null;
    return model.origin === 'installed' ? installed(model, applied) : custom(model, applied);
  },
};

function installed(model: ElementFacts, applied: Applied): Check {
  const name = printable(model.name);
  if (applied.row.installedModels) return pass(id, `${applied.who} may use installed models.`);
  if (applied.outer.installedModels && isExtraElement(applied, model.name)) return pass(id, `An extra of the grant permits the model ${name}.`);
  return fail(
    id,
    `${applied.who} may not use the model ${name}.`,
    roleHint(applied, (row) => row.installedModels, ...extraWay(applied, name, applied.outer.installedModels)),
  );
}

function custom(model: ElementFacts, applied: Applied): Check {
  const allowed = applied.row.customModels;
  if (allowed === 'any') return pass(id, `${applied.who} may use custom models.`);
  const atAnyTime = roleHint(applied, (row) => row.customModels === 'any', 'An installed model');
  if (allowed === 'never') return fail(id, `${applied.who} may not use a custom model, not even as an extra of the grant.`, atAnyTime);
  const { reference, hash } = model;
  if (!isText(reference) || !isText(hash)) return fail(id, 'The custom model has no reference or no hash.', 'A custom model with a reference and a hash.');
  if (isNamed(applied, reference, hash)) return pass(id, `An extra of the grant names the custom model ${printable(reference)} by its hash.`);
  const here = applied.grant?.extraModels.some((extra) => extra.reference === reference) === true;
  return fail(
    id,
    here ? `The custom model ${printable(reference)} is not the one that an extra of the grant names: its hash differs.` : `No extra of the grant names the custom model ${printable(reference)}.`,
    roleHint(applied, (row) => row.customModels === 'any', `An extra of the grant that names ${printable(reference)} with the hash ${printable(hash)}`),
  );
}

function isNamed(applied: Applied, reference: string, hash: string): boolean {
  return applied.grant !== null && applied.grant.extraModels.some((extra) => extra.reference === reference && extra.hash === hash);
}

const isText = (text: unknown): text is string => typeof text === 'string' && text !== '';
