import { Fault } from '@podnet/errors';

/** Bytes of bodies that may be in memory at the same time, over all callers. */
const mostBytes = 512 * 1024 * 1024;

/** Room that one call takes. */
export interface Room {
  /** **Throws** `internal.unavailable` when all callers together would take too much. */
  take(bytes: number): void;
  /** Gives everything back; what comes later finds no room. */
  close(): void;
}

/**
 * Bounds the memory of bodies: each has a limit of its own, and many at once would add up. What counts has arrived: a caller who
 * announces much and sends little keeps nobody out.
 */
export class Intake {
  private bytes = 0;

  constructor(private readonly most: number = mostBytes) {}

  open(): Room {
    let taken = 0;
    let closed = false;
    return {
      take: (bytes) => {
        if (closed || this.bytes + bytes > this.most) throw new Fault('internal.unavailable', 'The hub is taking in as much as it can; try again in a moment.', { retryAfter: 1 });
        taken += bytes;
        this.bytes += bytes;
      },
      close: () => {
        if (!closed) this.bytes -= taken;
        closed = true;
      },
    };
  }
}
