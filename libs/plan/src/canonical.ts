import { expressionKindOf } from './expressions/registry.ts';
import { nodeKindOf } from './nodes/registry.ts';
import type { Slot } from './slot.ts';
import type { TypedExpression, TypedNode, TypedPlan } from './typed.ts';

/** Hashes a text: SHA-256 in base64url or better. Given by the caller, since this library knows no machine. */
export type Digest = (text: string) => string;

/** A query by what it asks, not by how it is written. */
export interface CanonicalQuery {
  /** The same for queries that ask the same: names given on the way, the order of operands and of independent steps do not matter. */
  readonly digest: string;
  /** The names of the answer's columns, in order. Two queries of one digest may head the same columns differently. */
  readonly names: readonly string[];
}

/** A frame by digests: one of its rows (which, and in what order), one of each column. */
interface Shape {
  readonly rows: string;
  readonly columns: ReadonlyMap<string, string>;
}

/**
 * The canonical form of a plan, as a digest over digests. Which version of each source was read is the caller's to add, and so is the
 * modeller: two plans of one digest give the same answer on the same data, and nothing is said of different data.
 */
export function canonicalQuery(plan: TypedPlan, digest: Digest): CanonicalQuery {
  const shape = new Canon(digest).node(plan.root);
  const names = plan.root.schema.map(({ name }) => name);
  return { digest: digest(JSON.stringify(['plan', 1, shape.rows, names.map((name) => shape.columns.get(name)!)])), names };
}

class Canon {
  private readonly digest: Digest;
  /** Filtered rows by where they came from and by which conditions. */
  private readonly conditionsOf = new Map<string, { start: string; conditions: ReadonlySet<string> }>();

  constructor(digest: Digest) {
    this.digest = digest;
  }

  private hash(...parts: readonly unknown[]): string {
    return this.digest(JSON.stringify(parts));
  }

  /** A value of every row of a frame. Aggregates and windows depend on the frame's rows as well, everything else only on its columns. */
  expression(expression: TypedExpression, shape: Shape): string {
    const { kind, fields, level } = expression;
    if (kind === 'column') return shape.columns.get((fields as { name: string }).name)!;
    if (kind === 'alias') return this.expression(expression.operands[0]!, shape);
    const operands = expression.operands.map((operand) => this.expression(operand, shape));
    const rule = expressionKindOf(expression);
    const parts = rule.canonical?.(fields, operands) ?? [ownFields(fields, 'expr', rule.operands(fields)), operands];
    const looksAround = level === 'aggregate' || kind === 'over';
    return this.hash(kind, parts, looksAround && expression.aggregates ? shape.rows : null);
  }

  node(node: TypedNode): Shape {
    const inputs = node.inputs.map((input) => this.node(input));
    const [first] = inputs;
    const name = node.kind;
    const made = (): [string, string][] => node.expressions.map((expression) => [expression.output, this.expression(expression, first!)]);
    if (name === 'scan') return this.scan(node);
    if (name === 'withColumns' || name === 'cast' || name === 'fillNull') return { rows: first!.rows, columns: new Map([...first!.columns, ...made()]) };
    if (name === 'select' && node.expressions.some(({ level }) => level === 'row')) return { rows: first!.rows, columns: new Map(made()) };
    if (name === 'drop') return { rows: first!.rows, columns: new Map(node.schema.map((column) => [column.name, first!.columns.get(column.name)!])) };
    // The schema keeps the order of columns, whatever they are called.
    if (name === 'rename') return { rows: first!.rows, columns: new Map(node.schema.map((column, index) => [column.name, first!.columns.get(node.inputs[0]!.schema[index]!.name)!])) };
    if (name === 'filter' || name === 'dropNulls') return { rows: this.filtered(node, first!), columns: first!.columns };
    return this.other(node, inputs, made());
  }

  private scan(node: TypedNode): Shape {
    const source = (node.fields as { source: string }).source;
    if (node.source?.kind === 'derived') return this.node(node.source.plan.root);
    return { rows: this.hash('scan', source), columns: new Map(node.schema.map(({ name }) => [name, this.hash('scan', source, name)])) };
  }

  /** Conditions one after the other, and conditions joined by AND, are one set. Those that look at other rows see where they stand. */
  private filtered(node: TypedNode, input: Shape): string {
    const conjuncts = (expression: TypedExpression): TypedExpression[] => (expression.kind === 'logic' && (expression.fields as { op: string }).op === 'and' ? expression.operands.flatMap(conjuncts) : [expression]);
    const conditions = node.expressions.flatMap(conjuncts);
    const set = new Set(this.conditionsOf.get(input.rows)?.conditions ?? []);
    const start = this.conditionsOf.get(input.rows)?.start ?? input.rows;
    for (const condition of conditions) set.add(this.expression(condition, input));
    const rows = this.hash('where', start, [...set].sort());
    this.conditionsOf.set(rows, { start, conditions: set });
    return rows;
  }

  /** Any other node: new rows out of the inputs', and columns that are told apart by the rows they stand in. */
  private other(node: TypedNode, inputs: readonly Shape[], made: readonly [string, string][]): Shape {
    const { kind, fields } = node;
    const values = made.map(([, value]) => value);
    if (kind === 'groupBy' || kind === 'select') {
      const keys = values.slice(0, (fields as { by?: unknown[] }).by?.length ?? 0);
      const rows = this.hash('groups', inputs[0]!.rows, [...keys].sort());
      return { rows, columns: new Map(made.map(([name, value]) => [name, this.hash('of', rows, value)])) };
    }
    const keepsColumns = kind === 'sort' || kind === 'slice';
    const columns = keepsColumns ? null : node.inputs.map(({ schema }, index) => schema.map(({ name }) => inputs[index]!.columns.get(name)!));
    const rule = nodeKindOf(node);
    const slots = [...rule.inputs(fields), ...rule.expressions(fields, node.inputs[0]?.schema ?? [])];
    const own = ownFields(fields, 'node', slots).map(([key, value]) => [key, this.meant(key, value, inputs)]);
    const rows = this.hash(kind, inputs.map((input) => input.rows), columns, own, values);
    return { rows, columns: keepsColumns ? inputs[0]!.columns : new Map(node.schema.map(({ name }, index) => [name, this.hash('at', rows, index)])) };
  }

  /** A field of a node: names of columns by what they hold, names for new columns by nothing, everything else as it is. */
  private meant(key: string, value: unknown, inputs: readonly Shape[]): unknown {
    if (givenNames.has(key)) return null;
    if (!nameFields.has(key) || value === null) return value;
    const { columns } = inputs[key.startsWith('right') ? 1 : 0]!;
    const held = (Array.isArray(value) ? value as string[] : [value as string]).map((name) => columns.get(name)!);
    // The names of what is unpivoted become values.
    return key === 'on' ? [held, value] : held;
  }
}

const nameFields = new Set(['subset', 'leftOn', 'rightOn', 'leftBy', 'rightBy', 'index', 'on', 'column']);
const givenNames = new Set(['suffix', 'variableName', 'valueName', 'name']);

/** Fields without the places where nodes and expressions stand, in one order. */
function ownFields(fields: unknown, tag: string, slots: readonly Slot[]): [string, unknown][] {
  const taken = new Set([tag, ...slots.map(({ key }) => key.replace(/\[.*$/, ''))]);
  return Object.entries(fields as object).filter(([key]) => !taken.has(key)).sort(([a], [b]) => (a < b ? -1 : 1));
}
