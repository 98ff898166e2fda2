import { z } from 'zod';
import { commonType } from '../column-type.ts';
import { needBoolean } from '../check.ts';
import { wrongType } from '../mistake.ts';
import { mergeFacts, mostExposed } from '../flow/facts.ts';
import { joinIds } from '../flow/ids.ts';
import { asNumber, read, split } from '../flow/reading.ts';
import { slot } from '../slot.ts';
import { expressionKind } from './expression-kind.ts';

/** One value where a condition is true, another (or none) elsewhere. Chains nest in `otherwise`. */
export const when = expressionKind({
  name: 'when',
  form: z.strictObject({ expr: z.literal('when'), when: z.unknown(), then: z.unknown(), otherwise: z.unknown().optional() }),
  operands: (fields) => [slot('when', fields.when), slot('then', fields.then), ...(fields.otherwise === undefined ? [] : [slot('otherwise', fields.otherwise)])],
  type: ({ operands: [condition, then, otherwise], path }) => {
    needBoolean(condition);
    const type = otherwise === undefined ? then!.type : commonType(then!.type, otherwise.type);
    if (type === null) throw wrongType(path, `The two branches are a ${then!.type} and a ${otherwise!.type}.`);
    return { type, output: then!.output };
  },
  flow: ({ operands: [condition, then, otherwise], type }, reading) => {
    const by = read(condition!, reading);
    const branches = [then!, ...(otherwise === undefined ? [] : [otherwise])];
    const values = mergeFacts(branches.map((branch) => {
      const facts = read(branch, reading);
      return type === 'boolean' ? facts : asNumber(branch, facts, reading);
    }));
    // The condition decides, and is not what the value is made of.
    const decided = {
      ...values,
      predicate: joinIds(joinIds(values.predicate, by.value), by.predicate),
      carriers: joinIds(values.carriers, by.carriers),
      position: values.position ?? by.position,
      stable: values.stable && by.stable,
      exposure: mostExposed(values.exposure, by.exposure),
      made: values.made || otherwise === undefined,
    };
    return split(decided, { is: 'true', of: condition! }, by, reading);
  },
  print: (_fields, [condition, then, otherwise]) => `CASE WHEN ${condition} THEN ${then}${otherwise === undefined ? '' : ` ELSE ${otherwise}`} END`,
});
