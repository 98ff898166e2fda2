import { Controller } from '@nestjs/common';
import { routes } from '@podnet/contracts';
import { Handles, type Answer, type Input } from '../http/route.ts';
import { RequestService } from './request.service.ts';

@Controller()
export class RequestController {
  constructor(private readonly requests: RequestService) {}

  @Handles(routes.makeRequest)
  async make({ body, caller }: Input<typeof routes.makeRequest>): Promise<Answer<typeof routes.makeRequest>> {
    return this.requests.make(caller, body);
  }

  @Handles(routes.listRequests)
  async list({ query, caller }: Input<typeof routes.listRequests>): Promise<Answer<typeof routes.listRequests>> {
    return { requests: await this.requests.list(caller, query) };
  }

  @Handles(routes.showRequest)
  async show({ params, caller }: Input<typeof routes.showRequest>): Promise<Answer<typeof routes.showRequest>> {
    return this.requests.show(caller, params.id);
  }

  @Handles(routes.decideRequest)
  async decide({ params, body, caller }: Input<typeof routes.decideRequest>): Promise<Answer<typeof routes.decideRequest>> {
    return this.requests.decide(caller, params.id, body);
  }

  @Handles(routes.withdrawRequest)
  async withdraw({ params, caller }: Input<typeof routes.withdrawRequest>): Promise<Answer<typeof routes.withdrawRequest>> {
    return this.requests.withdraw(caller, params.id);
  }
}
