import type { PublishedColumn } from '@podnet/contracts';
import type { Engine, Loaded } from '@podnet/engine';
import type { RunnerWork } from './messages.ts';

/** Keeps what was read last, so that the rounds and tasks on one file read it once. */
export class DataCache {
  private readonly kept = new Map<string, { loaded: Loaded; bytes: number }>();
  private bytes = 0;
  private readonly engine: Engine;
  private readonly mostBytes: number;

  constructor(engine: Engine, mostBytes: number) {
    this.engine = engine;
    this.mostBytes = mostBytes;
  }

  load({ dataset, baseDir, fingerprint }: RunnerWork, columns: readonly PublishedColumn[]): Loaded {
    const key = JSON.stringify([fingerprint, columns.map((column) => column.name)]);
    const known = this.kept.get(key);
    if (known) {
      this.kept.delete(key);
      this.kept.set(key, known);
      return known.loaded;
    }
    const loaded = this.engine.load(dataset, baseDir, columns);
    const bytes = loaded.table.columns.reduce((sum, column) => sum + (column.kind === 'number' ? column.values : column.codes).byteLength, loaded.table.rows * 4);
    this.kept.set(key, { loaded, bytes });
    this.bytes += bytes;
    for (const [oldest, entry] of this.kept) {
      if (this.bytes <= this.mostBytes || oldest === key) break;
      this.kept.delete(oldest);
      this.bytes -= entry.bytes;
    }
    return loaded;
  }
}
