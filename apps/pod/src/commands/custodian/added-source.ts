import { basename, extname, resolve } from 'node:path';
import { slug, validate, type DatasetConfig } from '@podnet/contracts';
import { Fault } from '@podnet/errors';

/** What a dataset is added from, as options name it: a file, or a table or query of a database. */
export interface AddedSource {
  file?: string;
  /** The environment variable with the address of a Postgres; never the address. */
  postgres?: string;
  table?: string;
  query?: string;
  refresh?: string;
  maxSize?: string;
}

/** The source as `pod.yaml` would have it, with absolute paths. **Throws** `usage.invalid`. */
export function sourceOf({ file, postgres, table, query, refresh, maxSize }: AddedSource): object {
  if ((file === undefined) === (postgres === undefined)) throw new Fault('usage.invalid', 'Which data? A file, or a database.', { hint: 'Name a file, or the variable of a database’s address with --postgres.' });
  if (file !== undefined) {
    const spare = Object.entries({ table, query, refresh, maxSize }).find(([, value]) => value !== undefined);
    if (spare) throw new Fault('usage.invalid', 'This is for a database.', { at: optionOf(spare[0]) });
    return /\.(parquet|pq)$/i.test(file) ? { parquet: resolve(file) } : { csv: resolve(file) };
  }
  // Told here, so that nothing of an address that was given in its place is repeated or kept.
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(postgres!)) throw new Fault('usage.invalid', 'This is not the name of an environment variable. The address of the database stands in one, and nowhere else.', { at: '--postgres', hint: 'Set it where the pod starts, like CLINIC_DB_URL=postgresql://…, and name it: --postgres CLINIC_DB_URL' });
  if ((table === undefined) === (query === undefined)) throw new Fault('usage.invalid', 'What is read there? A table, or one SELECT.', { at: '--table' });
  return { postgres: { url_env: postgres, ...(table === undefined ? { query } : { table }), ...(refresh === undefined ? {} : { refresh }), ...(maxSize === undefined ? {} : { max_size: maxSize }) } };
}

const optionOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** The name that was given, else that of the file or table. **Throws** `usage.invalid`. */
export function nameOf(given: string | undefined, { file, table }: AddedSource): string {
  const from = file === undefined ? table?.split('.').at(-1)?.replaceAll('"', '') : basename(file, extname(file));
  if (given === undefined && from === undefined) throw new Fault('usage.invalid', 'A query has no name of its own.', { at: '--name' });
  return validate(slug, given ?? slugOf(from!), { place: () => '--name' });
}

const slugOf = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 63).replace(/-+$/, '');

/** For a person: files, or a database by the name of its variable. */
export function sourceText(source: DatasetConfig['source']): string {
  if (!('postgres' in source)) return Object.values(source).flat().join(' ');
  const { url_env: from, table } = source.postgres;
  return `postgres ${from} ${table ?? 'by a query'}`;
}
