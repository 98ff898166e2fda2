import { Module } from '@nestjs/common';
import { GrantModule } from '../grant/grant.module.ts';
import { LifecycleModule } from '../task/lifecycle.module.ts';
import { Expiry } from './expiry.ts';
import { Fulfilment } from './fulfilment.ts';
import { RequestController } from './request.controller.ts';
import { RequestService } from './request.service.ts';
import { ReviewController } from './review.controller.ts';
import { ReviewDeskService } from './review-desk.service.ts';
import { ReviewService } from './review.service.ts';

@Module({
  imports: [LifecycleModule, GrantModule],
  controllers: [ReviewController, RequestController],
  providers: [Expiry, Fulfilment, RequestService, ReviewDeskService, ReviewService],
  exports: [ReviewDeskService],
})
export class ReviewModule {}
