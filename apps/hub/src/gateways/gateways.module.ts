import { Module } from '@nestjs/common';
import { MailboxModule } from '../mailbox/mailbox.module.ts';
import { PodModule } from '../pod/pod.module.ts';
import { ReviewModule } from '../review/review.module.ts';
import { LifecycleModule } from '../task/lifecycle.module.ts';
import { TaskModule } from '../task/task.module.ts';
import { FrameRoutes } from './frame-routes.ts';
import { ModellersGateway } from './modellers.gateway.ts';
import { PodHandshake } from './pod-handshake.ts';
import { PodsGateway } from './pods.gateway.ts';
import { Relay } from './relay.ts';
import { Watchers } from './watchers.ts';

@Module({
  imports: [LifecycleModule, PodModule, TaskModule, MailboxModule, ReviewModule],
  providers: [FrameRoutes, ModellersGateway, PodHandshake, PodsGateway, Relay, Watchers],
})
export class GatewaysModule {}
