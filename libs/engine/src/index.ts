export { openEngine, type Engine } from './engine.ts';
export { fingerprintOf } from './fingerprint.ts';
export { sourceFiles, withFiles } from './source-files.ts';
export { mostInferredValues } from './inference.ts';
export { missingMarks, truthTexts } from './cell.ts';
export type { Inspection } from './inspection.ts';
export type { Loaded } from './loading.ts';
export { copyRows, probeDatabase, type Copied, type CopyWork, type Probe } from './postgres/copy.ts';
export { addressOf } from './postgres/session.ts';
