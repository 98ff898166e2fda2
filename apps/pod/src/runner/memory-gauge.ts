import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';

const askAgainMs = 500;

/** How much memory a process has taken since it was first looked at. */
export class MemoryGauge {
  private readonly pid: number;
  private first: number | undefined;
  private last = 0;
  private askedAt = -Infinity;

  constructor(pid: number) {
    this.pid = pid;
    this.look();
  }

  /** Bytes. Where there is no `/proc`, the last that `ps` has told. */
  get takenBytes(): number {
    this.look();
    return Math.max(0, this.last - (this.first ?? this.last));
  }

  private look(): void {
    const bytes = residentBytes(this.pid);
    if (bytes !== undefined) return this.note(bytes);
    if (performance.now() - this.askedAt < askAgainMs) return;
    this.askedAt = performance.now();
    execFile('ps', ['-o', 'rss=', '-p', String(this.pid)], (error, output) => {
      const kibibytes = Number.parseInt(output, 10);
      if (!error && Number.isFinite(kibibytes)) this.note(kibibytes * 1_024);
    });
  }

  private note(bytes: number): void {
    this.first ??= bytes;
    this.last = bytes;
  }
}

/** Bytes that a process holds now, without pages of files, which the system takes back when it needs them; from `/proc`, undefined where there is none. */
function residentBytes(pid: number): number | undefined {
  try {
    const [, resident, ofFiles] = readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ').map(Number);
    const pages = resident! - ofFiles!;
    return Number.isFinite(pages) ? pages * pageBytes : undefined;
  } catch {
    return undefined;
  }
}

/** Of Linux on x86-64, and on arm64 nearly everywhere; larger pages make the gauge too low, and the heap's own limit still holds. */
const pageBytes = 4_096;
