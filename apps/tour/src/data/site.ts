import type { TaskFile } from '@podnet/sdk';

/** What is asked with noise: how many rows, and the mean of a column where one has declared bounds; in all or for each declared value of a category. */
export interface PrivateQuestion {
  by: string | null;
  mean: string | null;
}

/** A column as a pod.yaml declares it. */
export interface SiteColumn {
  name: string;
  type: 'number' | 'integer' | 'category';
  domain?: string[];
  /** Declared, never read off the rows: what follows from the subject. */
  bounds?: { lower: number; upper: number };
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
  privately: PrivateQuestion;
}
