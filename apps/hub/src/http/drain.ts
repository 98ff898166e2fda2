import type { Server } from 'node:http';
import type { NextFunction, Request, Response } from 'express';

/** Lets a stopping hub finish the calls that are under way. */
export class Drain {
  private underWay = 0;
  private whenIdle: (() => void) | undefined;

  /** Counts calls. */
  readonly middleware = (_: Request, response: Response, next: NextFunction): void => {
    this.underWay += 1;
    response.once('close', () => {
      this.underWay -= 1;
      if (this.underWay === 0) this.whenIdle?.();
    });
    next();
  };

  /** Takes no new connections and waits until nothing is under way, or the time is over. */
  async finish(server: Server, withinMs: number): Promise<void> {
    server.close();
    if (this.underWay === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.whenIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
