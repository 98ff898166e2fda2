import type { Json } from '../builder/expr.ts';
import { isGlobal } from '../nodes/select.ts';
import { rightNames } from '../nodes/join-keys.ts';
import { mistake } from '../mistake.ts';
import type { TypedExpression, TypedNode } from '../typed.ts';
import { declaredFacts, facingGaps, plainFacts, type Columns, type Facts } from './facts.ts';
import type { PrivateMetadata, PrivateTable } from './metadata.ts';
import { NotPrivate } from './not-private.ts';
import { unitFacts } from './per-unit.ts';
import { factsOf } from './reading.ts';

/** Single rows: the plan that gives them, and what is known of each column. */
export interface Rows {
  readonly json: Json;
  readonly columns: Columns;
  /** The table whose units they are about; null for rows about nobody. */
  readonly about: { readonly dataset: string; readonly table: PrivateTable; /** One row of each unit, and no more. */ readonly perUnit: boolean } | null;
}

type Treat = (node: TypedNode, inputs: readonly Rows[]) => Rows;

/** Walks what stands below the aggregation, and makes it carry the privacy unit in a column of its own. */
export class RowsReader {
  /** Names of the datasets, in the order in which they are read. */
  readonly datasets: string[] = [];
  private readonly metadata: PrivateMetadata;
  /** The column that carries the unit; no frame of the plan has one of its name. */
  readonly carrier: string;

  constructor(metadata: PrivateMetadata, carrier: string) {
    this.metadata = metadata;
    this.carrier = carrier;
  }

  /** **Throws** `privacy.not-private`, `dataset.unknown`. */
  read(node: TypedNode): Rows {
    const treat = this.treatments[node.kind];
    if (treat === undefined) throw new NotPrivate('function', node.path, 'This step is not followed to the rows it is made of.', 'Aggregate first.');
    return treat(node, node.inputs.map((input) => this.read(input)));
  }

  /** How each node is read, by its name. */
  readonly treatments: Readonly<Record<string, Treat>> = {
    scan: (node) => this.scan(node),
    filter: (node, [input]) => {
      const predicate = node.expressions[0]!;
      needOpen(factsOf(predicate, input!.columns), predicate.path, 'unit-predicate', 'Rows are not chosen by the privacy unit.', 'Leave the condition out.');
      return { ...input!, json: over(node, input!) };
    },
    // The order of rows that are added up is nobody's business.
    sort: (_node, [input]) => input!,
    select: (node, [input]) => {
      if (isGlobal(node.expressions)) nested(node.path);
      const columns = made(node.expressions, input!.columns);
      const isCarried = input!.about !== null && input!.about.table.unit !== null;
      const carried: Json[] = isCarried ? [{ expr: 'column', name: this.carrier }] : [];
      return { ...input!, columns, json: { node: 'select', input: input!.json, columns: [...node.expressions.map(({ fields }) => fields), ...carried] } };
    },
    withColumns: (node, [input]) => ({ ...input!, columns: new Map([...input!.columns, ...made(node.expressions, input!.columns)]), json: over(node, input!) }),
    cast: (node, [input]) => ({ ...input!, columns: new Map([...input!.columns, ...made(node.expressions, input!.columns)]), json: over(node, input!) }),
    fillNull: (node, [input]) => ({ ...input!, columns: new Map([...input!.columns, ...made(node.expressions, input!.columns)]), json: over(node, input!, { columns: node.expressions.map(({ output }) => output) }) }),
    drop: (node, [input]) => {
      const dropped = new Set((node.fields as { columns: string[] }).columns);
      return { ...input!, columns: new Map([...input!.columns].filter(([name]) => !dropped.has(name))), json: over(node, input!) };
    },
    rename: (node, [input]) => {
      const names = new Map((node.fields as { columns: { from: string; to: string }[] }).columns.map(({ from, to }) => [from, to]));
      return { ...input!, columns: new Map([...input!.columns].map(([name, facts]) => [names.get(name) ?? name, facts])), json: over(node, input!) };
    },
    dropNulls: (node, [input]) => {
      const subset = (node.fields as { subset: string[] | null }).subset ?? node.schema.map(({ name }) => name);
      const columns = new Map(input!.columns);
      subset.forEach((name, index) => {
        const facts = columns.get(name)!;
        const at = (node.fields as { subset: string[] | null }).subset === null ? node.path : `${node.path}.subset[${index}]`;
        needOpen(facts, at, 'unit-predicate', 'Rows are not chosen by the privacy unit.', 'Name the columns whose gaps are dropped.');
        columns.set(name, { ...facts, nullable: false, values: facts.values?.filter((value) => value !== null) ?? null });
      });
      return { ...input!, columns, json: over(node, input!, { subset }) };
    },
    join: (node, inputs) => this.join(node, inputs as [Rows, Rows]),
    joinAsof: ({ path }) => refuseJoin(path, 'Rows that are near each other are not joined.'),
    concat: ({ path }) => {
      throw new NotPrivate('set-operation', path, 'Stacked tables would count one person more than once.', 'Ask for each table on its own.');
    },
    slice: ({ path }) => unstable(path, 'Which rows these are depends on all others, below the aggregation.'),
    withRowIndex: ({ path }) => unstable(path, 'The place of a row depends on all others.'),
    unique: ({ path }) => {
      throw new NotPrivate('distinct', path, 'Whether a row is shown depends on all others.', 'GROUP BY the columns with COUNT(*), or COUNT(DISTINCT …) of the privacy unit.');
    },
    explode: ({ path }) => multiplying(path),
    unpivot: ({ path }) => multiplying(path),
    groupBy: (node, [input]) => this.perUnit(node, input!),
    describe: ({ path }) => nested(path),
  };

  private scan({ source, fields, path }: TypedNode): Rows {
    const { source: name } = fields as { source: string };
    if (source?.kind === 'derived') throw new NotPrivate('stored-frame', path, 'Frames that were kept are not answered with noise.', 'Scan the dataset itself.');
    if (source?.kind === 'own') return { json: { node: 'scan', source: name }, columns: new Map(source.columns.map((column) => [column.name, plainFacts(column.type, true)])), about: null };
    const table = this.metadata.get(name);
    // The same as for a name that nobody knows.
    if (table === undefined) throw mistake('dataset.unknown', `${path}.source`, 'There is no such dataset or frame, or you may not see it.');
    if (!this.datasets.includes(name)) this.datasets.push(name);
    const role = (column: string): { unit: boolean; unique: boolean } => (table.kind === 'private' ? { unit: column === table.unit, unique: false } : { unit: false, unique: column === table.uniqueKey });
    const columns = new Map(source!.columns.map((column) => [column.name, declaredFacts(column.name, column.type, table.columns.find((one) => one.name === column.name), role(column.name))]));
    const json: Json = { node: 'scan', source: name };
    // What is declared to be unique is made so: a key that is there twice would make two rows of a person's one.
    if (table.kind === 'public') return { json: table.uniqueKey === null || !columns.has(table.uniqueKey) ? json : { node: 'unique', input: json, subset: [table.uniqueKey], keep: 'first' }, columns, about: null };
    const about = { dataset: name, table, perUnit: false };
    if (table.unit === null) return { json, columns, about };
    if (!columns.has(table.unit)) throw mistake('schema.unknown-column', path, 'The column that names the privacy unit is not in the table.');
    return { json: { node: 'withColumns', input: json, columns: [{ expr: 'alias', name: this.carrier, input: { expr: 'column', name: table.unit } }] }, columns, about };
  }

  /** Totals of each privacy unit: grouped by it alone, its rows become one. */
  private perUnit({ fields, expressions, path }: TypedNode, { json, columns, about }: Rows): Rows {
    const { by } = fields as { by: unknown[] };
    const [key, ...aggs] = expressions;
    if (about === null || by.length !== 1 || factsOf(key!, columns).unit !== 'is') nested(path);
    const maxRows = about.perUnit ? 1 : about.table.maxRows;
    const made = new Map([[key!.output, factsOf(key!, columns)], ...aggs.map((agg): [string, Facts] => [agg.output, unitFacts(agg, columns, maxRows)])]);
    return { json: { ...(fields as Json), input: json, by: [...by, { expr: 'column', name: this.carrier }] }, columns: made, about: { ...about, perUnit: true } };
  }

  /** Only with a table about nobody, and on its unique key: then no row of a person becomes two. */
  private join({ fields, inputs, path }: TypedNode, sides: readonly [Rows, Rows]): Rows {
    const { how, leftOn, rightOn, suffix } = fields as { how: string; leftOn: string[]; rightOn: string[]; suffix: string };
    const [left, right] = sides;
    if (left.about !== null && right.about !== null) refuseJoin(path, 'Two tables about people are not joined: one person\'s rows would multiply.');
    if (how !== 'inner' && how !== 'left') refuseJoin(path, 'Only inner and left joins keep one row of each person\'s.');
    if (how === 'left' && right.about !== null) refuseJoin(path, 'Rows about nobody would stand among those of people.', 'Put the table about people on the left side.');
    const on = [leftOn, rightOn] as const;
    const open = right.about === null ? 1 : 0;
    const facts = (side: 0 | 1): Facts[] => on[side].map((name) => sides[side].columns.get(name)!);
    for (const side of [0, 1] as const) {
      facts(side).forEach((one, at) => needOpen(one, `${path}.${side === 0 ? 'leftOn' : 'rightOn'}[${at}]`, 'unit-predicate', 'The privacy unit is not matched with another table.', 'Join on another column.'));
    }
    if (!facts(open).some(({ unique }) => unique)) refuseJoin(`${path}.${open === 1 ? 'rightOn' : 'leftOn'}`, 'The key is not declared to be unique in the table that is joined.', 'Join on the unique key that is declared for the public table.');
    const names = rightNames(inputs[0]!.schema, inputs[1]!.schema, rightOn, suffix);
    const ofLeft = [...left.columns].map(([name, one]): [string, Facts] => [name, { ...one, unique: false }]);
    const ofRight = [...names].map(([from, to]): [string, Facts] => {
      const one = right.columns.get(from)!;
      return [to, how === 'left' ? facingGaps(one) : { ...one, unique: false }];
    });
    return { json: { ...(fields as Json), left: left.json, right: right.json }, columns: new Map([...ofLeft, ...ofRight]), about: left.about ?? right.about };
  }
}

const over = ({ fields }: TypedNode, { json }: Rows, more: Json = {}): Json => ({ ...(fields as Json), ...more, input: json });

const made = (expressions: readonly TypedExpression[], columns: Columns): Map<string, Facts> => new Map(expressions.map((expression) => [expression.output, factsOf(expression, columns)]));

/** **Throws** where a value that is used is made of the privacy unit, or of a column that is closed. */
export function needOpen({ unit, closed }: Facts, at: string, rule: 'unit-key' | 'unit-predicate', sentence: string, hint: string): void {
  if (unit !== null) throw new NotPrivate(rule, at, sentence, hint);
  if (closed !== null) throw new NotPrivate('column-policy', at, `The custodian lets no value of ${closed} leave, in whatever form.`, `Leave ${closed} out.`);
}

function refuseJoin(path: string, sentence: string, hint = 'Join one table about people with a public table on its unique key.'): never {
  throw new NotPrivate('join', path, sentence, hint);
}

function unstable(path: string, sentence: string): never {
  throw new NotPrivate('unstable', path, sentence, 'Order and cut the groups, after they are aggregated.');
}

function multiplying(path: string): never {
  throw new NotPrivate('multiplying', path, 'This makes several rows of one, so that nobody\'s part is bounded.', 'Aggregate the columns one by one.');
}

function nested(path: string): never {
  throw new NotPrivate('nested-aggregate', path, 'Aggregates of aggregates are not answered with noise.', 'Aggregate once, or group by the privacy unit alone first; arithmetic on the answer is free.');
}
