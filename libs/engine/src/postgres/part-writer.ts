import { createHash } from 'node:crypto';
import { chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '@podnet/errors';
import { translated, type Polars } from '../polars.ts';
import type { ColumnType } from './column-types.ts';

export interface Written {
  /** Names within the folder, in the order of the rows. */
  files: { name: string; bytes: number }[];
  rows: number;
  bytes: number;
  /** Of names, types and every cell in its order: equal when the copy is. */
  contentHash: string;
}

/** Characters of cells in one file: bounds what is held in memory. */
const partSize = 32 * 2 ** 20;

/** Writes rows as Parquet files of one table, a part at a time, for nobody else to read. */
export class PartWriter {
  private readonly pl: Polars;
  private readonly columns: readonly { name: string; type: ColumnType }[];
  private readonly folder: string;
  private readonly mostBytes: number;
  private readonly hash = createHash('sha256');
  private readonly files: Written['files'] = [];
  private cells: (string | null)[][];
  private size = 0;
  private waiting = 0;
  private rows = 0;
  private bytes = 0;

  constructor(pl: Polars, columns: readonly { name: string; type: ColumnType }[], folder: string, mostBytes: number) {
    this.pl = pl;
    this.columns = columns;
    this.folder = folder;
    this.mostBytes = mostBytes;
    this.cells = columns.map(() => []);
    this.hash.update(JSON.stringify(columns.map(({ name, type }) => [name, type.kind, type.hasTimes ?? false])));
  }

  /** **Throws** `data.unreadable` when the copy becomes too large, `internal.storage-full`. */
  add(rows: readonly (readonly (string | null)[])[]): void {
    for (const row of rows) {
      for (const [i, cell] of row.entries()) {
        this.cells[i]!.push(cell);
        this.size += cell === null ? 1 : cell.length + 1;
      }
    }
    // A length before each cell: no two rows have the same bytes.
    this.hash.update(rows.map((row) => row.map((cell) => (cell === null ? '-' : `${cell.length}:${cell}`)).join('')).join(''));
    this.waiting += rows.length;
    if (this.size >= partSize) this.flush();
  }

  end(): Written {
    if (this.waiting > 0 || this.files.length === 0) this.flush();
    return { files: this.files, rows: this.rows, bytes: this.bytes, contentHash: this.hash.digest('base64url') };
  }

  private flush(): void {
    const { pl } = this;
    const name = `${String(this.files.length).padStart(6, '0')}.parquet`;
    const path = join(this.folder, name);
    translated(
      () => {
        pl.DataFrame(this.columns.map((column, i) => column.type.series(pl, column.name, this.cells[i]!))).writeParquet(path, { compression: 'zstd' });
        chmodSync(path, 0o600);
      },
      'internal.storage-full',
      'The copy of the rows cannot be written.',
    );
    const bytes = statSync(path).size;
    this.files.push({ name, bytes });
    this.bytes += bytes;
    this.rows += this.waiting;
    this.cells = this.columns.map(() => []);
    this.size = this.waiting = 0;
    if (this.bytes > this.mostBytes) throw new Fault('data.unreadable', 'The rows of the database are more than the copy may take.', { at: 'source.postgres.max_size', hint: 'Ask for fewer columns or rows, or raise max_size.' });
  }
}
