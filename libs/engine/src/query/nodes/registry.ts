import type { NodeCompiler } from '../compilation.ts';
import { drop, rename } from './columns.ts';
import { concat } from './concat.ts';
import { describe } from './describe.ts';
import { groupBy } from './group-by.ts';
import { join } from './join.ts';
import { joinAsof } from './join-asof.ts';
import { slice, withRowIndex } from './places.ts';
import { filter, select, sort, withColumns } from './row-wise.ts';
import { scan } from './scan.ts';
import { explode, unpivot } from './shapes.ts';
import { unique } from './unique.ts';

/** How each kind of node is run, by its name. */
export const nodeCompilers: ReadonlyMap<string, NodeCompiler> = new Map(Object.entries({
  concat, describe, drop, explode, filter, groupBy, join, joinAsof, rename, scan, select, slice, sort, unique, unpivot, withColumns, withRowIndex,
  cast: withColumns, fillNull: withColumns, dropNulls: filter,
} as Record<string, NodeCompiler>));
