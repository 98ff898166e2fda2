import { Module } from '@nestjs/common';
import { LifecycleModule } from '../task/lifecycle.module.ts';
import { CustodyService } from './custody.service.ts';
import { EnrolmentService } from './enrolment.service.ts';
import { ExploreService } from './explore.service.ts';
import { PodController } from './pod.controller.ts';
import { Presence } from './presence.ts';
import { PublicationService } from './publication.service.ts';

@Module({
  imports: [LifecycleModule],
  controllers: [PodController],
  providers: [CustodyService, EnrolmentService, ExploreService, Presence, PublicationService],
  exports: [CustodyService, Presence, PublicationService],
})
export class PodModule {}
