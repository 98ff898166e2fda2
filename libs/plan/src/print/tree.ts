import { nodeKindOf } from '../nodes/registry.ts';
import type { TypedNode, TypedPlan } from '../typed.ts';
import { printExpression } from './expression.ts';

/** What a node does, as one phrase. */
export const printNode = (node: TypedNode): string => nodeKindOf(node).print(node, node.expressions.map(printExpression));

/** The plan as an indented tree, the last step first, inputs below. Names and texts in it are harmless. */
export function printTree(plan: TypedPlan): string {
  const lines: string[] = [];
  const print = (node: TypedNode, indent: string): void => {
    lines.push(indent + printNode(node));
    const inner = node.inputs.length > 1 ? '  ' : '';
    for (const input of node.inputs) print(input, `${indent}  ${inner}`);
  };
  print(plan.root, '');
  return lines.join('\n');
}
