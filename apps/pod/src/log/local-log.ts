import { closeSync, fchmodSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isFault } from '@podnet/errors';

/** The custodian's own log. What other software said may stand here and nowhere else; it never leaves the machine. */
export interface LocalLog {
  note(event: string, detail?: Record<string, unknown>): void;
  /** What a process of ours wrote to its own outputs. */
  raw(source: string, text: string): void;
  /** A fault with the cause that is kept from everybody else. */
  failure(event: string, error: unknown, detail?: Record<string, unknown>): void;
  close(): void;
}

const mostBytes = 5 * 1024 * 1024;
const mostLetters = 4_000;

/** Lines of JSON in `pod.log` (0600); at 5 MiB it becomes `pod.log.1`, so the two never take more than 10 MiB. */
export function openLocalLog(folder: string, { maxBytes = mostBytes, now = Date.now }: { maxBytes?: number; now?: () => number } = {}): LocalLog {
  const path = join(folder, 'pod.log');
  let file: number | undefined;
  let size = 0;

  function open(): number {
    file = openSync(path, 'a', 0o600);
    fchmodSync(file, 0o600);
    size = fstatSync(file).size;
    return file;
  }

  function write(entry: Record<string, unknown>): void {
    const line = Buffer.from(`${JSON.stringify({ at: new Date(now()).toISOString(), ...entry })}\n`);
    try {
      let target = file ?? open();
      if (size + line.length > maxBytes && size > 0) {
        closeSync(target);
        file = undefined;
        renameSync(path, `${path}.1`);
        target = open();
      }
      size += writeSync(target, line);
    } catch {
      // A full disk must not stop the pod: what has to be on record is in the audit, not here.
    }
  }

  return {
    note: (event, detail = {}) => write({ event, ...detail }),
    raw: (source, text) => write({ event: 'output', source, text: text.slice(0, mostLetters) }),
    failure: (event, error, detail = {}) => write({ event, ...detail, ...(isFault(error) ? { code: error.code, says: error.message, at: error.details?.at } : {}), cause: causeOf(error) }),
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

function causeOf(error: unknown): string | undefined {
  const inner = isFault(error) ? (error as Error).cause : error;
  if (inner === undefined) return undefined;
  return String((inner as Error | null)?.stack ?? inner).slice(0, mostLetters);
}
