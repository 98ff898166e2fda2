// The same question on the same rows, where a million people stand behind them: who is in which group has to be counted and remembered.
import { besidePolars } from './queries/beside-polars.mjs';
import { peopleFile } from './queries/people-file.mjs';
import { peopleQuestion } from './queries/questions.mjs';

export const measure = ({ folder }) =>
  besidePolars(folder, { name: 'query-10m-units', file: peopleFile(folder), question: peopleQuestion, columns: { region: { type: 'text' } }, policy: { privacy_unit: 'person' } });
