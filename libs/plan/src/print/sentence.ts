import type { TypedNode, TypedPlan } from '../typed.ts';
import { printNode } from './tree.ts';

/**
 * The plan as one sentence, in the order in which things happen: `From titanic, keep rows where Sex = 'female', then compute over all rows
 * AVG(Age).` Frames that meet stand in brackets.
 */
export const printSentence = (plan: TypedPlan): string => `${capital(phrase(plan.root))}.`;

function phrase(node: TypedNode): string {
  const own = printNode(node);
  if (node.inputs.length === 0) return `from ${own}`;
  if (node.inputs.length === 1) return `${phrase(node.inputs[0]!)}${node.inputs[0]!.inputs.length === 0 ? ',' : ', then'} ${own}`;
  return `take ${node.inputs.map((input) => `(${phrase(input)})`).join(' and ')}, ${own}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
