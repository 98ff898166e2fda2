import { Flow } from './flow/flow.ts';
import { isConstant, type Facts } from './flow/facts.ts';
import { isOpen, isRowLevel, type Frame } from './flow/frame.ts';
import { joinIds, type Ids } from './flow/ids.ts';
import { expressionKindOf } from './expressions/registry.ts';
import { nodeKindOf } from './nodes/registry.ts';
import type { Analysis, OutputColumn, SourceColumn } from './obligations.ts';
import type { TypedNode, TypedPlan } from './typed.ts';

/**
 * Contribution analysis: what would have to be counted before the plan's answer may be released, and what is refused whatever the counts
 * are. Looks at the plan only. **Privacy** it bounds how many people stand behind each released row, and is no differential privacy.
 */
export function analysePlan(plan: TypedPlan): Analysis {
  const flow = new Flow(followNode, (expression, reading) => expressionKindOf(expression).flow(expression, reading));
  const frame = followNode(plan.root, flow);
  flow.checkpoint('release', frame, '$');
  const named = (ids: Ids): SourceColumn[] => [...ids].sort((a, b) => a - b).map((id) => flow.columns[id]!);
  const level = isOpen(frame) ? 'open' : isRowLevel(frame) ? 'rows' : 'groups';
  return {
    datasets: [...new Set(flow.carriers.map(({ dataset }) => dataset))].sort(),
    level,
    output: plan.root.schema.map(({ name }) => outputColumn(name, frame.columns.get(name)!, frame, named)),
    rows: named(frame.rows),
    refusals: flow.refusals,
    carriers: flow.carriers,
    marks: flow.marks,
    checkpoints: flow.checkpoints,
    keyedGroups: flow.keyedGroups,
    duplication: greatest([...frame.carriers.values()].map(({ duplication }) => duplication)),
  };
}

/** Inputs first; a plan is at most as deep as its limits. */
const followNode = (node: TypedNode, flow: Flow): Frame => nodeKindOf(node).flow(node, node.inputs.map((input) => followNode(input, flow)), flow);

function outputColumn(name: string, facts: Facts, frame: Frame, named: (ids: Ids) => SourceColumn[]): OutputColumn {
  return {
    name,
    class: isConstant(facts) ? 'literal' : facts.exposure,
    value: named(facts.value),
    predicate: named(joinIds(facts.predicate, frame.rows)),
    carriers: [...facts.carriers],
  };
}

const greatest = (bounds: readonly (number | null)[]): number | null => bounds.reduce<number | null>((most, bound) => (most === null || bound === null ? null : Math.max(most, bound)), 1);
