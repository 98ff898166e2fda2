import { publishedSchema, type PublishedSchema } from '@podnet/contracts';
import type { Database } from './database.ts';

/** What was published of each dataset, so that a file that has not changed is not read again. */
export interface StoredSchemas {
  find(dataset: string, fingerprint: string): PublishedSchema | undefined;
  save(fingerprint: string, schema: PublishedSchema): void;
}

export function makeStoredSchemas({ sql }: Database, now: () => number = Date.now): StoredSchemas {
  const find = sql.prepare('select schema from schemas where dataset = ? and fingerprint = ?');
  const save = sql.prepare(`insert into schemas (dataset, fingerprint, schema, inspected_at) values (?, ?, ?, ?)
    on conflict (dataset) do update set fingerprint = excluded.fingerprint, schema = excluded.schema, inspected_at = excluded.inspected_at`);
  return {
    find(dataset, fingerprint) {
      const text = find.get(dataset, fingerprint)?.['schema'];
      if (text === undefined) return undefined;
      // Written by an earlier version of this program, perhaps: then the file is looked at again.
      const read = publishedSchema.safeParse(JSON.parse(String(text)));
      return read.success ? read.data : undefined;
    },
    save: (fingerprint, schema) => void save.run(schema.dataset, fingerprint, JSON.stringify(schema), now()),
  };
}
