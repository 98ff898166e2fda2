import type { NodeCompiler, Step } from '../compilation.ts';
import type { Carried, QueryFrame } from '../query-frame.ts';

/** A dataset or a table of the modeller, or the plan of a stored frame in its place. */
export const scan: NodeCompiler = {
  orders: () => [],
  compile: ({ run, node, fields, path, prefix, ordered }: Step<{ source: string }>): QueryFrame => {
    if (node.source?.kind === 'derived') return run.node(node.source.plan.root, `${prefix}@${fields.source}`, ordered);
    const { frame, columns, complete, unit, rows } = run.surroundings.scan(fields.source);
    const scans = run.analysis.carriers.filter((carrier) => carrier.kind === 'scan' && carrier.node === path);
    return {
      frame, columns, complete, never: new Set(), marks: new Map(), watches: [], mostRows: rows,
      carriers: new Map(scans.map(({ id }): [number, Carried] => [id, { kind: 'one', unit: unit!, certain: true, present: null }])),
    };
  },
};
