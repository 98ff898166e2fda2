import { castNode } from './cast.ts';
import { concat } from './concat.ts';
import { describeNode } from './describe.ts';
import { drop } from './drop.ts';
import { dropNulls } from './drop-nulls.ts';
import { explode } from './explode.ts';
import { fillNullNode } from './fill-null.ts';
import { filter } from './filter.ts';
import { groupBy } from './group-by.ts';
import { join } from './join.ts';
import { joinAsof } from './join-asof.ts';
import type { TypedNode } from '../typed.ts';
import type { NodeKind } from './node-kind.ts';
import { rename } from './rename.ts';
import { scan } from './scan.ts';
import { select } from './select.ts';
import { slice } from './slice.ts';
import { sort } from './sort.ts';
import { unique } from './unique.ts';
import { unpivot } from './unpivot.ts';
import { withColumns } from './with-columns.ts';
import { withRowIndex } from './with-row-index.ts';

/** Every node that a plan may contain. What is not here is refused. */
export const nodeKinds: ReadonlyMap<string, NodeKind> = new Map(([
  castNode, concat, describeNode, drop, dropNulls, explode, fillNullNode, filter, groupBy, join, joinAsof, rename, scan, select, slice, sort, unique, unpivot, withColumns, withRowIndex,
] as NodeKind[]).map((kind) => [kind.name, kind]));

/** The kind of a node that was read. */
export function nodeKindOf({ kind }: TypedNode): NodeKind {
  const found = nodeKinds.get(kind);
  if (found === undefined) throw new Error('A node that was read is of no kind.');
  return found;
}
