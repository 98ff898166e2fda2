import { z } from 'zod';
import { mistake } from '../mistake.ts';
import { needNoAggregate, needScalar } from '../check.ts';
import { isOpen } from '../flow/frame.ts';
import { isKeyed } from '../flow/group.ts';
import { joinIds } from '../flow/ids.ts';
import { read, readAll } from '../flow/reading.ts';
import { slot, slots } from '../slot.ts';
import { expressionKind } from './expression-kind.ts';

/** An aggregate of all rows that share keys, written beside each of them. Without keys, of all rows. */
export const over = expressionKind({
  name: 'over',
  form: z.strictObject({ expr: z.literal('over'), input: z.unknown(), by: z.array(z.unknown()).max(50) }),
  operands: ({ input, by }) => [slot('input', input), ...slots('by', by)],
  type: ({ operands: [input, ...by] }) => {
    if (input!.level !== 'aggregate') throw mistake('plan.misplaced', input!.path, 'Only an aggregate goes over a window.');
    for (const key of by) needNoAggregate(needScalar(key));
    return { type: input!.type, level: 'row' };
  },
  flow: ({ operands: [input, ...by] }, reading) => {
    const keys = readAll(by, reading);
    const { flow, frame } = reading;
    // A partition by what others move would let one row change which rows another is compared with.
    const moved = by.find((_key, index) => !keys[index]!.stable);
    if (moved !== undefined && !isOpen(frame)) flow.refuse('moving-key', moved.path, [frame]);
    const inner = read(input!, { ...reading, over: 'rows', keyed: isKeyed(frame, keys) });
    let { predicate, carriers, position } = inner;
    for (const key of keys) {
      predicate = joinIds(joinIds(predicate, key.value), key.predicate);
      carriers = joinIds(carriers, key.carriers);
      position ??= key.position;
    }
    return { ...inner, predicate, carriers, position };
  },
  print: (_fields, [input, ...by]) => `${input} OVER (${by.length === 0 ? 'all rows' : `PARTITION BY ${by.join(', ')}`})`,
});
