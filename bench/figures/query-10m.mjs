// Group-by means on ten million rows, each its own privacy unit.
import { besidePolars } from './queries/beside-polars.mjs';
import { peopleFile } from './queries/people-file.mjs';
import { peopleQuestion } from './queries/questions.mjs';

export const measure = ({ folder }) =>
  besidePolars(folder, { name: 'query-10m', file: peopleFile(folder), question: peopleQuestion, columns: { region: { type: 'text' } }, policy: { privacy_unit: 'row' } });
