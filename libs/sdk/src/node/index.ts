export { fileStore } from './file-store.ts';
export { podAt, type PodHere } from './pod-at.ts';
export type { PodProgramOptions } from './pod-program.ts';
export type { AboutDataset, AddedDataset, DatabaseSource, NewDataset, RefreshedDataset, ServedDataset } from './pod-datasets.ts';
