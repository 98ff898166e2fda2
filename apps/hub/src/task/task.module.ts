import { Module } from '@nestjs/common';
import { GrantModule } from '../grant/grant.module.ts';
import { PodModule } from '../pod/pod.module.ts';
import { AccountClosure } from './account-closure.ts';
import { AddresseesService } from './addressees.service.ts';
import { CanIService } from './can-i.service.ts';
import { LifecycleModule } from './lifecycle.module.ts';
import { ProgressService } from './progress.service.ts';
import { SubmissionService } from './submission.service.ts';
import { Sweeper } from './sweeper.ts';
import { TaskController } from './task.controller.ts';
import { TaskService } from './task.service.ts';

@Module({
  imports: [LifecycleModule, PodModule, GrantModule],
  controllers: [TaskController],
  providers: [AccountClosure, AddresseesService, CanIService, ProgressService, SubmissionService, Sweeper, TaskService],
  exports: [ProgressService],
})
export class TaskModule {}
