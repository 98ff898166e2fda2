import type { Applied } from '../applied.ts';
import { fail, pass, type CheckRule } from '../check.ts';
import type { ElementFacts, Facts } from '../facts.ts';
import { extraWay, roleHint } from '../hint.ts';
import { printable } from '../printable.ts';
import { isExtra, isNamedModel } from '../row-says.ts';
import type { Check } from '../verdict.ts';

const id = 'role.model';

/** Installed models by role or extra; custom ones by role, or by an extra that names both the reference and the hash. */
export const roleModel: CheckRule = {
  id,
  code: 'policy.denied',
  shownTo: 'standing',
  look(facts, applied) {
    const model = facts.triple.model === null ? null : facts.triple.model.found;
    if (model === null) return null;
    return model.origin === 'installed' ? installed(model, facts, applied) : custom(model, facts, applied);
  },
};

function installed(model: ElementFacts, facts: Facts, applied: Applied): Check {
  const { row, outer, grant, who } = applied;
  if (row.installedModels) return pass(id, `${who} may use installed models.`);
  const name = printable(model.name);
  if (outer.installedModels && isExtra(grant, { asked: model.name, found: model })) return pass(id, `An extra of the grant permits the model ${name}.`);
  const wouldPass = roleHint(facts, applied, (other) => other.installedModels, ...extraWay(applied, name, outer.installedModels));
  return fail(id, `${who} may not use the model ${name}.`, wouldPass);
}

function custom(model: ElementFacts, facts: Facts, applied: Applied): Check {
  const { row, grant, who } = applied;
  const { reference, hash } = model;
  if (row.customModels === 'any') return pass(id, `${who} may use custom models.`);
  const hint = (otherWay: string): string => roleHint(facts, applied, (other) => other.customModels === 'any', otherWay);
  if (row.customModels === 'never') return fail(id, `${who} may not use a custom model, not even as an extra of the grant.`, hint('An installed model'));
  if (!reference || !hash) return fail(id, 'The custom model has no reference or no hash.', hint('A custom model with a reference and a hash, named in an extra of the grant'));
  const shown = printable(reference);
  if (isNamedModel(grant, model)) return pass(id, `An extra of the grant names the custom model ${shown} by its hash.`);
  const otherContent = grant !== null && grant.extraModels.some((extra) => extra.reference === reference);
  return fail(
    id,
    otherContent ? `The custom model ${shown} is not the one that an extra of the grant names: its hash differs.` : `No extra of the grant names the custom model ${shown}.`,
    grant === null ? hint('An installed model') : hint(`An extra of the grant that names ${shown} with the hash ${printable(hash)}`),
  );
}
