import { Fault } from '@podnet/errors';
import { commonType, rightNames, type TypedNode } from '@podnet/plan';
import type { Frame } from '../../polars.ts';
import type { Compilation, NodeCompiler, Step } from '../compilation.ts';
import { widened } from '../native-type.ts';
import type { Carried, QueryFrame } from '../query-frame.ts';

interface Fields {
  readonly how: 'inner' | 'left' | 'full' | 'cross' | 'semi' | 'anti';
  readonly leftOn: readonly string[];
  readonly rightOn: readonly string[];
  readonly suffix: string;
}

/** Pairs of rows that a cross join may make: beyond it the answer would not fit anywhere. Sizes of sources decide, and no private value. */
export const mostCrossedRows = 200_000_000;

export const typeOf = (node: TypedNode, input: number, name: string) => node.inputs[input]!.schema.find((column) => column.name === name)!.type;

/** Keys of both sides as columns of one type, for the match only. */
export function matchedKeys(run: Compilation, node: TypedNode, inputs: readonly QueryFrame[], leftOn: readonly string[], rightOn: readonly string[]): { frames: Frame[]; keys: string[][] } {
  const on = [leftOn, rightOn];
  const made = inputs.map((input, side) => on[side]!.map((name, index) => {
    const [left, right] = [typeOf(node, 0, leftOn[index]!), typeOf(node, 1, rightOn[index]!)];
    return run.keyed(widened(run.pl, run.pl.col(input.columns.get(name)!), side === 0 ? left : right, commonType(left, right) ?? left));
  }));
  return {
    frames: inputs.map((input, side) => (made[side]!.length === 0 ? input.frame : input.frame.withColumns(...made[side]!.map(({ expression }) => expression)))),
    keys: made.map((side) => side.map(({ key }) => key)),
  };
}

/**
 * One side of a join after it, where some rows may have found no partner: then nobody stands behind the row on this side, no condition holds of it, and
 * `met` is missing.
 */
export function facingGaps(run: Compilation, side: QueryFrame, frame: Frame, met: string): { frame: Frame; carriers: Map<number, Carried>; marks: Map<number, string> } {
  const { pl } = run;
  let wide = frame;
  const unlessAlone = (key: string, alone: boolean): string => {
    const made = run.keyed(pl.when(pl.col(met).isNotNull()).then(pl.col(key)).otherwise(pl.lit(alone)));
    wide = wide.withColumns(made.expression);
    return made.key;
  };
  const carriers = new Map([...side.carriers].map(([id, carried]): [number, Carried] => {
    const present = carried.present === null ? null : unlessAlone(carried.present, true);
    return [id, carried.kind === 'one' ? { ...carried, certain: false, present } : { ...carried, present }];
  }));
  const marks = new Map([...side.marks].map(([id, key]): [number, string] => [id, unlessAlone(key, false)]));
  return { frame: wide, carriers, marks };
}

/** Two sides as one frame, their carriers side by side. */
export function sideBySide(run: Compilation, left: QueryFrame, right: QueryFrame, names: ReadonlyMap<string, string>, joined: Frame, met: { left: string | null; right: string | null }, mostRows: () => number): QueryFrame {
  const ofLeft = met.left === null ? { frame: joined, carriers: left.carriers, marks: left.marks } : facingGaps(run, left, joined, met.left);
  const ofRight = met.right === null ? { frame: ofLeft.frame, carriers: right.carriers, marks: right.marks } : facingGaps(run, right, ofLeft.frame, met.right);
  return {
    frame: ofRight.frame,
    columns: new Map([...left.columns, ...[...names].map(([from, to]): [string, string] => [to, right.columns.get(from)!])]),
    carriers: new Map([...ofLeft.carriers, ...ofRight.carriers]),
    marks: new Map([...ofLeft.marks, ...ofRight.marks]),
    watches: [...left.watches, ...right.watches],
    complete: new Set([...(met.left === null ? left.complete : []), ...(met.right === null ? right.complete : [])]),
    never: new Set([...left.never, ...right.never]),
    mostRows,
  };
}

export const withMarker = ({ pl }: Compilation, frame: Frame, key: string): Frame => frame.withColumns(pl.lit(true).alias(key));

export const join: NodeCompiler = {
  orders: (_node, ordered) => [ordered, ordered],
  compile: ({ run, node, inputs, fields: { how, leftOn, rightOn, suffix }, ordered }: Step<Fields>): QueryFrame => {
    const [left, right] = inputs as [QueryFrame, QueryFrame];
    const { frames, keys } = matchedKeys(run, node, inputs, leftOn, rightOn);
    const matched = (l: Frame, r: Frame): Frame => l.join(r, { leftOn: keys[0]!, rightOn: keys[1]!, how, coalesce: false, ...(ordered ? { maintainOrder: 'left_right' } : {}) } as never) as Frame;
    if (how === 'semi' || how === 'anti') return { ...left, frame: matched(frames[0]!, frames[1]!.select(...keys[1]!.map((key) => run.pl.col(key))).unique()) };
    const names = rightNames(node.inputs[0]!.schema, node.inputs[1]!.schema, how === 'full' ? [] : rightOn, suffix);
    const mostRows = (): number => left.mostRows() * Math.max(1, right.mostRows());
    if (how === 'cross') {
      if (mostRows() > mostCrossedRows) throw new Fault('usage.too-large', 'The cross join would make too many rows.', { at: node.path, hint: 'Join by keys, or aggregate before.' });
      return sideBySide(run, left, right, names, left.frame.join(right.frame, { how, ...(ordered ? { maintainOrder: 'left_right' } : {}) } as never) as Frame, { left: null, right: null }, mostRows);
    }
    const met = { left: how === 'full' ? run.key() : null, right: how === 'inner' ? null : run.key() };
    const joined = matched(met.left === null ? frames[0]! : withMarker(run, frames[0]!, met.left), met.right === null ? frames[1]! : withMarker(run, frames[1]!, met.right));
    return sideBySide(run, left, right, names, joined, met, mostRows);
  },
};
