import { measureJson, planLimits } from './limits.ts';
import { mistake } from './mistake.ts';
import { nodeKinds } from './nodes/registry.ts';
import { parseExpression } from './parse-expression.ts';
import { kindOf, parseForm } from './parse-form.ts';
import type { Source, Sources, TypedNode, TypedPlan } from './typed.ts';

/**
 * Reads a plan: `{ "version": 1, "node": …, … }`, already parsed from its text. What comes back fits the schemas of its sources, is small
 * enough to be worked on, and holds nothing that is not known.
 * **Throws** `usage.too-deep`, `usage.too-large`, `usage.invalid`, `usage.unknown-key`, `usage.unsupported` (another version), `plan.unknown-operation`,
 * `plan.wrong-type`, `plan.misplaced`, `plan.duplicate-column`, `schema.unknown-column`, `dataset.unknown`, all with the path of the mistake.
 */
export function parsePlan(json: unknown, sources: Sources): TypedPlan {
  measureJson(json);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw mistake('usage.invalid', '$', 'A plan is an object.');
  const { version, ...root } = json as Record<string, unknown>;
  if (version !== 1) throw mistake('usage.unsupported', '$.version', 'Plans of this version are not known; this one is 1.');
  const walk = { sources, nodes: 0 };
  return { version: 1, root: parseNode(root, '$', walk), nodes: walk.nodes };
}

interface Walk {
  readonly sources: Sources;
  nodes: number;
}

function parseNode(json: unknown, path: string, walk: Walk): TypedNode {
  walk.nodes += 1;
  if (walk.nodes > planLimits.nodes) throw mistake('usage.too-large', path, `The plan has more than ${planLimits.nodes} nodes.`);
  const kind = kindOf(nodeKinds, 'node', json, path);
  const fields = parseForm(kind.form, json, path);
  const inputs = kind.inputs(fields).map(({ key, json: input }) => parseNode(input, `${path}.${key}`, walk));
  const schemas = inputs.map(({ schema }) => schema);
  const expressions = kind.expressions(fields, schemas[0] ?? []).map(({ key, json: expression }) => parseExpression(expression, `${path}.${key}`, schemas[0] ?? []));
  const source = kind.scans === undefined ? null : sourceOf(kind.scans(fields), path, walk.sources);
  const schema = kind.schema({ fields, inputs: schemas, expressions, path, source });
  if (schema.length > planLimits.columns) throw mistake('usage.too-large', path, `A step of the plan has more than ${planLimits.columns} columns.`);
  return { kind: kind.name, fields, inputs, expressions, path, schema, source };
}

function sourceOf(name: string, path: string, sources: Sources): Source {
  const source = sources.get(name);
  if (source === undefined) throw mistake('dataset.unknown', `${path}.source`, 'There is no such dataset or frame, or you may not see it.');
  return source;
}
