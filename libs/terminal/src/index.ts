export { makeStyle, wantsColour, type Style } from './style.ts';
export { plainText } from './plain-text.ts';
export { indented, table } from './table.ts';
export { makeTalk, type Bar, type Talk } from './progress.ts';
