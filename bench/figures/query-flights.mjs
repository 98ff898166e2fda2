// Three million flights of 2001 in vega-datasets: mean delays by airport and month, small groups left out.
import { findPackageJSON } from 'node:module';
import { join } from 'node:path';
import { besidePolars } from './queries/beside-polars.mjs';
import { flightsQuestion } from './queries/questions.mjs';

const file = join(findPackageJSON('vega-datasets', import.meta.url), '../data/flights-3m.parquet');

export const measure = ({ folder }) =>
  besidePolars(folder, { name: 'query-flights', file, question: flightsQuestion, columns: { origin: { type: 'text' }, destination: { type: 'text' } }, policy: { privacy_unit: 'row', small_groups: 'suppress' } });
