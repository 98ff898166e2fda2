import { Controller } from '@nestjs/common';
import { routes } from '@podnet/contracts';
import { Handles, type Answer, type Input } from '../http/route.ts';
import { CanIService } from './can-i.service.ts';
import { ProgressService } from './progress.service.ts';
import { SubmissionService } from './submission.service.ts';
import { TaskService } from './task.service.ts';

@Controller()
export class TaskController {
  constructor(
    private readonly submission: SubmissionService,
    private readonly tasks: TaskService,
    private readonly progress: ProgressService,
    private readonly canI: CanIService,
  ) {}

  @Handles(routes.submitTask)
  async submit({ body, header, caller }: Input<typeof routes.submitTask>): Promise<Answer<typeof routes.submitTask>> {
    return this.submission.submit(caller, header['idempotency-key'], body);
  }

  @Handles(routes.canI)
  async ask({ body, caller }: Input<typeof routes.canI>): Promise<Answer<typeof routes.canI>> {
    return this.canI.ask(caller, body);
  }

  @Handles(routes.listTasks)
  async list({ query, caller }: Input<typeof routes.listTasks>): Promise<Answer<typeof routes.listTasks>> {
    return { tasks: await this.progress.page(caller.userId, query) };
  }

  @Handles(routes.showTask)
  async show({ params, caller }: Input<typeof routes.showTask>): Promise<Answer<typeof routes.showTask>> {
    return this.progress.ofOwner(params.id, caller.userId);
  }

  @Handles(routes.taskManifest)
  async manifest({ params, caller }: Input<typeof routes.taskManifest>): Promise<Answer<typeof routes.taskManifest>> {
    return { manifest: await this.tasks.manifest(params.id, caller.userId) };
  }

  @Handles(routes.taskResults)
  async results({ params, caller }: Input<typeof routes.taskResults>): Promise<Answer<typeof routes.taskResults>> {
    return { results: await this.tasks.results(params.id, caller.userId) };
  }

  @Handles(routes.cancelTask)
  async cancel({ params, caller }: Input<typeof routes.cancelTask>): Promise<Answer<typeof routes.cancelTask>> {
    return this.tasks.cancel(params.id, caller.userId);
  }

  @Handles(routes.dropPod)
  async drop({ params, body, caller }: Input<typeof routes.dropPod>): Promise<Answer<typeof routes.dropPod>> {
    return this.tasks.drop(params.id, body.assignmentId, caller.userId);
  }

  @Handles(routes.saveCheckpoint)
  async saveCheckpoint({ params, query, body, caller }: Input<typeof routes.saveCheckpoint>): Promise<void> {
    await this.tasks.saveCheckpoint(params.id, caller.userId, body, query.position);
  }

  @Handles(routes.loadCheckpoint)
  async loadCheckpoint({ params, caller }: Input<typeof routes.loadCheckpoint>): Promise<Answer<typeof routes.loadCheckpoint>> {
    return this.tasks.loadCheckpoint(params.id, caller.userId);
  }
}
