import { rightNames } from '@podnet/plan';
import type { NodeCompiler, Step } from '../compilation.ts';
import type { QueryFrame } from '../query-frame.ts';
import { matchedKeys, sideBySide, withMarker } from './join.ts';

interface Fields {
  readonly leftOn: string;
  readonly rightOn: string;
  readonly leftBy: readonly string[];
  readonly rightBy: readonly string[];
  readonly strategy: 'backward' | 'forward';
  readonly suffix: string;
}

/** Both sides in the order of the key, then the left one as it was. Rows without a key, or without one of the keys beside it, find nobody. */
export const joinAsof: NodeCompiler = {
  orders: () => [true, true],
  compile: ({ run, node, inputs, fields: { leftOn, rightOn, leftBy, rightBy, strategy, suffix }, ordered }: Step<Fields>): QueryFrame => {
    const { pl } = run;
    const [left, right] = inputs as [QueryFrame, QueryFrame];
    const { frames, keys: [leftKeys, rightKeys] } = matchedKeys(run, node, inputs, [leftOn, ...leftBy], [rightOn, ...rightBy]);
    const names = rightNames(node.inputs[0]!.schema, node.inputs[1]!.schema, [rightOn, ...rightBy], suffix);
    const [place, met] = [run.key(), run.key()];
    const complete = rightKeys!.map((key) => pl.col(key).isNotNull()).reduce((all, one) => all.and(one));
    const [sortedLeft, sortedRight] = [frames[0]!.withRowIndex(place).sort([pl.col(leftKeys![0]!)], [false], [false], true), withMarker(run, frames[1]!, met).filter(complete).sort([pl.col(rightKeys![0]!)], [false], [false], true)];
    const beside = leftBy.length === 0 ? {} : { byLeft: leftKeys!.slice(1), byRight: rightKeys!.slice(1) };
    const joined = sortedLeft.joinAsof(sortedRight, { leftOn: leftKeys![0]!, rightOn: rightKeys![0]!, ...beside, strategy, coalesce: false, checkSortedness: false });
    return sideBySide(run, left, right, names, ordered ? joined.sort(place) : joined, { left: null, right: met }, () => left.mostRows());
  },
};
