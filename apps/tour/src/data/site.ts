import type { TaskFile } from '@podnet/sdk';

/** A column as a pod.yaml declares it. */
export interface SiteColumn {
  name: string;
  type: 'number' | 'integer' | 'category';
  domain?: string[];
}

/** One pod of the demonstration: its name, its rows as texts, the CSV file. */
export interface Site {
  pod: string;
  csvPath: string;
  /** **Shape** (rows × columns), texts as in the file; missing is ''. */
  rows: string[][];
}

/** What the tour works on. */
export interface Scene {
  title: string;
  /** Files of the folder that have other columns than the rest. */
  leftOut: string[];
  dataset: string;
  description: string;
  columns: SiteColumn[];
  ignored: string[];
  sites: Site[];
  split: { train: number; validation: number; test: number; seed: number };
  minRows: number;
  /** The learning task of the tour, without its pods. */
  learning: Pick<TaskFile, 'algorithm' | 'model'> & { rounds: number; metric: 'accuracy' | 'rmse' };
  /** A numeric column to average. */
  averaged: string;
}
