import type { TypedExpression, TypedNode, TypedPlan } from '../typed.ts';
import { isGlobal } from '../nodes/select.ts';
import { treatmentOf } from './split.ts';

const looksBeyond = (expression: TypedExpression): boolean => expression.aggregates || expression.kind === 'over' || expression.operands.some(looksBeyond);

/**
 * Whether a plan that was kept as a frame still has one row for rows of the pod, so that a plan over it can be pooled as over the dataset itself. Groups of
 * one pod's rows would be aggregated as if they were rows, and that is not the answer over all.
 */
export const isRowWise = ({ root }: TypedPlan): boolean => rowWise(root);

function rowWise({ kind, expressions, inputs, fields, source }: TypedNode): boolean {
  if (source !== null) return source.kind === 'derived' ? isRowWise(source.plan) : true;
  const treatment = treatmentOf(kind);
  if (treatment === 'groups' || treatment === 'describe' || treatment === 'order') return false;
  if (treatment === 'select' && isGlobal(expressions)) return false;
  if (treatment === 'sides' && (fields as { how?: string }).how === 'cross') return false;
  return !expressions.some(looksBeyond) && inputs.every(rowWise);
}
