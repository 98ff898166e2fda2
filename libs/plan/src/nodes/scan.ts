import { z } from 'zod';
import { literalFacts, type Facts, type Obstacle } from '../flow/facts.ts';
import { emptyFrame, type Frame } from '../flow/frame.ts';
import type { Flow } from '../flow/flow.ts';
import { printName } from '../print/harmless.ts';
import type { DatasetSource } from '../source.ts';
import type { DerivedSource } from '../typed.ts';
import { nodeKind } from './node-kind.ts';

/** A dataset, a stored frame or a table of the modeller, by name. */
export const scan = nodeKind({
  name: 'scan',
  form: z.strictObject({ node: z.literal('scan'), source: z.string().min(1).max(200) }),
  inputs: () => [],
  expressions: () => [],
  scans: ({ source }) => source,
  schema: ({ source }) => (source!.kind === 'derived' ? source!.plan.root.schema : source!.columns.map(({ name, type }) => ({ name, type }))),
  flow: ({ source, fields, path }, _inputs, flow) => {
    if (source?.kind === 'derived') return stored(fields.source, source, flow);
    return source?.kind === 'dataset' ? dataset(fields.source, source, path, flow) : {
      ...emptyFrame,
      columns: new Map(source!.columns.map(({ name }) => [name, { ...literalFacts, degree: 1, foreign: true, exposure: 'own' as const }])),
    };
  },
  print: ({ source, fields }) => `${source!.kind === 'own' ? 'your table ' : source!.kind === 'derived' ? 'the stored frame ' : ''}${printName(fields.source)}`,
});

function dataset(name: string, source: DatasetSource, path: string, flow: Flow): Frame {
  const carrier = flow.bear({ kind: 'scan', dataset: name, node: flow.at(path), expression: null, column: null, of: null, marks: [], missingApart: false, feature: 'people' });
  return {
    ...emptyFrame,
    columns: new Map(source.columns.map((column) => [column.name, flow.sourceColumn(name, column.name, column.nullable ?? true, column.name === source.unit ? carrier : null)])),
    carriers: new Map([[carrier, { single: true, duplication: 1, groupedAt: null }]]),
  };
}

/** A stored frame is its plan: carriers, marks and lineage go on, and so do reasons to refuse. */
function stored(name: string, { plan }: DerivedSource, flow: Flow): Frame {
  const outer = flow.prefix;
  const lead = `@${name}`;
  flow.prefix = outer + lead;
  const frame = flow.follow(plan.root, flow);
  flow.prefix = outer;
  const led = (obstacle: Obstacle | null): Obstacle | null => (obstacle === null ? null : { ...obstacle, path: lead + obstacle.path });
  const columns = [...frame.columns].map(([column, facts]): [string, Facts] => [column, { ...facts, steps: led(facts.steps), position: led(facts.position) }]);
  return { ...frame, columns: new Map(columns), picked: frame.picked === null ? null : lead + frame.picked };
}
