import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';
import type { Moved } from './change.ts';

interface Events {
  /** Assignments have moved. */
  moved: [readonly Moved[]];
  /** Something that watchers of a task see is different now; `ended`: part of the task, or all of it, is over. */
  changed: [taskId: string, ended: boolean];
  /** There is something to fetch for a pod: mail, or its confirmation. */
  mailed: [podId: string];
  /** Something about reviews or requests is new for these accounts. */
  hinted: [accountIds: readonly string[]];
  /** A pod has been removed from the hub. */
  podRemoved: [podId: string];
}

/** Tells the rooms of this process, after the commit, what has changed. A lost event costs latency and nothing else. */
@Injectable()
export class TaskEvents extends EventEmitter<Events> {}
