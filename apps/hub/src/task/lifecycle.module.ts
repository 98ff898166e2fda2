import { Module } from '@nestjs/common';
import { Lifecycle } from './lifecycle.ts';
import { TaskEvents } from './task-events.ts';

/** Below the rooms of pods, grants and tasks: all of them end assignments. */
@Module({ providers: [Lifecycle, TaskEvents], exports: [Lifecycle, TaskEvents] })
export class LifecycleModule {}
