import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { join } from 'node:path';
import type { Scene, Site } from './site.ts';

/** What any grown penguin of these three species measures, whoever is in the file. */
const bounds = {
  'Beak Length (mm)': { lower: 25, upper: 65 },
  'Beak Depth (mm)': { lower: 10, upper: 25 },
  'Flipper Length (mm)': { lower: 150, upper: 250 },
  'Body Mass (g)': { lower: 2_500, upper: 6_500 },
};
const measures = Object.keys(bounds) as (keyof typeof bounds)[];
const header = ['Species', ...measures, 'Sex'];

/**
 * The Palmer penguins: 344 birds on three islands, three natural sites.
 * **Source** Gorman, Williams and Fraser 2014, by way of the package vega-datasets (CC0).
 */
export function penguins(folder: string): Scene {
  const path = join(findPackageJSON('vega-datasets', import.meta.url)!, '../data/penguins.json');
  const birds = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string | number | null>[];
  mkdirSync(folder, { recursive: true });
  const islands = [...new Set(birds.map((bird) => String(bird['Island'])))].sort();
  const sites = islands.map((island): Site => {
    const rows = birds.filter((bird) => bird['Island'] === island).map((bird) => header.map((name) => cell(bird[name])));
    const csvPath = join(folder, `${island.toLowerCase()}.csv`);
    const text = [header, ...rows].map((row) => row.join(',')).join('\n') + '\n';
    // A file that is written anew is a new version of the dataset, and an answer over it another answer.
    if (!existsSync(csvPath) || readFileSync(csvPath, 'utf8') !== text) writeFileSync(csvPath, text);
    return { pod: island.toLowerCase(), csvPath, rows };
  });
  return {
    title: 'Palmer penguins, one pod for each island',
    leftOut: [],
    dataset: 'penguins',
    description: 'Birds of one island near Palmer Station, Antarctica, 2007 to 2009',
    columns: [
      { name: 'Species', type: 'category', domain: ['Adelie', 'Chinstrap', 'Gentoo'] },
      ...measures.map((name) => ({ name, type: 'number' as const, bounds: bounds[name] })),
      { name: 'Sex', type: 'category', domain: ['FEMALE', 'MALE'] },
    ],
    ignored: [],
    sites,
    split: { train: 60, validation: 20, test: 20, seed: 7 },
    minRows: 5,
    learning: {
      rounds: 25,
      metric: 'accuracy',
      algorithm: { name: 'model-training', features: measures, target: 'Species', seed: 7 },
      model: { name: 'logistic-regression' },
    },
    averaged: 'Flipper Length (mm)',
    privately: { by: 'Species', mean: 'Body Mass (g)' },
  };
}

/** The file writes a missing sex as null or ".". */
const cell = (value: string | number | null | undefined): string => (value === null || value === undefined || value === '.' ? '' : String(value));
