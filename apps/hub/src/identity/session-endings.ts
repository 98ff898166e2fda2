import { Injectable } from '@nestjs/common';
import type { Caller } from '../http/caller.ts';

/** Ways in that have just been closed. */
export interface SessionEnding {
  userId: string;
  /** Only this session. */
  sessionId?: string;
  /** Every session but this one. */
  exceptSessionId?: string;
  /** Only this API token. */
  apiTokenId?: string;
}

/** True when a caller who came in that way is out now. */
export function endsCaller(ending: SessionEnding, caller: Caller): boolean {
  if (ending.userId !== caller.userId) return false;
  if (ending.apiTokenId !== undefined) return ending.apiTokenId === caller.apiTokenId;
  if (ending.sessionId !== undefined) return ending.sessionId === caller.sessionId;
  return ending.exceptSessionId === undefined || (caller.sessionId !== null && ending.exceptSessionId !== caller.sessionId);
}

/** Tells this process, after the commit, whose way in has closed, so that open sockets are closed too. */
@Injectable()
export class SessionEndings {
  private readonly listeners = new Set<(ending: SessionEnding) => void>();

  /** Returns how to stop listening. */
  on(listener: (ending: SessionEnding) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  announce(ending: SessionEnding): void {
    for (const listener of this.listeners) listener(ending);
  }
}
