import { pooledTable } from './column-values.ts';
import type { Scene } from './site.ts';

/** Fewer people than this are nobody's crowd: what every policy of the demonstration asks for. */
export const crowd = 10;

/** What the tour asks by frames and SQL: the mean of a numeric column, for each value of a category where one has crowds enough at every pod. */
export interface Question {
  by: string | null;
  mean: string;
}

/** One group of the answer over all rows of all sites; the key of rows without a value is null. */
export interface PooledGroup {
  key: string | null;
  rows: number;
  mean: number;
}

/** The category whose smallest group at any pod, counted by values of the averaged column, is largest. */
export function questionOf(scene: Scene): Question {
  const categories = scene.columns.filter(({ type, name }) => type === 'category' && name !== scene.averaged);
  const sized = categories.map(({ name }) => ({ name, smallest: Math.min(...scene.sites.map((site) => smallestGroup({ ...scene, sites: [site] }, name))) }));
  const best = sized.toSorted((a, b) => b.smallest - a.smallest)[0];
  return { by: best && best.smallest >= crowd ? best.name : null, mean: scene.averaged };
}

const smallestGroup = (scene: Scene, by: string): number => Math.min(...pooledGroups(scene, { by, mean: scene.averaged }).map(({ valued }) => valued));

/** The answer that somebody would compute who had all rows: the tour's answers are compared with it. */
export function pooledGroups(scene: Scene, { by, mean }: { by: string | null; mean: string | null }): (PooledGroup & { valued: number })[] {
  const { rows, columns } = pooledTable(scene);
  const keys = columns.find(({ name }) => name === by);
  const values = columns.find(({ name }) => name === mean);
  const valueAt = (row: number): number => (values?.kind === 'number' ? values.values[row]! : values?.kind === 'category' ? Number(values.domain[values.codes[row]!] ?? NaN) : NaN);
  const keyAt = (row: number): string | null => (keys?.kind === 'category' ? (keys.domain[keys.codes[row]!] ?? null) : null);
  return [...Map.groupBy(Array.from({ length: rows }, (_, row) => row), keyAt)].map(([key, members]) => {
    const numbers = members.map(valueAt).filter((value) => !Number.isNaN(value));
    return { key, rows: members.length, valued: numbers.length, mean: numbers.reduce((sum, value) => sum + value, 0) / numbers.length };
  });
}
