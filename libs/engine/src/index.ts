export { openEngine, type Engine } from './engine.ts';
export { fingerprintOf } from './fingerprint.ts';
export { mostInferredValues } from './inference.ts';
export { missingMarks, truthTexts } from './cell.ts';
export type { Inspection } from './inspection.ts';
export type { Loaded } from './loading.ts';
export type { QueryOutcome, QueryTable, QueryWork } from './query/query-work.ts';
