import { Controller } from '@nestjs/common';
import { routes } from '@podnet/contracts';
import { Handles, type Answer, type Input } from '../http/route.ts';
import { ReviewService } from './review.service.ts';

@Controller()
export class ReviewController {
  constructor(private readonly reviews: ReviewService) {}

  @Handles(routes.listReviews)
  async list({ query, caller }: Input<typeof routes.listReviews>): Promise<Answer<typeof routes.listReviews>> {
    return { reviews: await this.reviews.list(caller.userId, query) };
  }

  @Handles(routes.showReview)
  async show({ params, query, caller }: Input<typeof routes.showReview>): Promise<Answer<typeof routes.showReview>> {
    return this.reviews.show(caller.userId, params.id, query.device);
  }

  @Handles(routes.decideReview)
  async decide({ params, body, caller }: Input<typeof routes.decideReview>): Promise<Answer<typeof routes.decideReview>> {
    return this.reviews.decide(caller.userId, params.id, body.decision);
  }
}
