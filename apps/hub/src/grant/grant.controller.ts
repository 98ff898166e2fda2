import { Controller } from '@nestjs/common';
import { routes } from '@podnet/contracts';
import { Handles, type Answer, type Input } from '../http/route.ts';
import { GrantService } from './grant.service.ts';

@Controller()
export class GrantController {
  constructor(private readonly grants: GrantService) {}

  @Handles(routes.assignRole)
  async assign({ body, caller }: Input<typeof routes.assignRole>): Promise<Answer<typeof routes.assignRole>> {
    return this.grants.assign(caller, body);
  }

  @Handles(routes.listGrants)
  async list({ query, caller }: Input<typeof routes.listGrants>): Promise<Answer<typeof routes.listGrants>> {
    return { grants: await this.grants.list(caller, query) };
  }

  @Handles(routes.changeGrant)
  async change({ params, body, caller }: Input<typeof routes.changeGrant>): Promise<Answer<typeof routes.changeGrant>> {
    return this.grants.change(caller, params.id, body);
  }

  @Handles(routes.revokeGrant)
  async revoke({ params, caller }: Input<typeof routes.revokeGrant>): Promise<Answer<typeof routes.revokeGrant>> {
    return this.grants.revoke(caller, params.id);
  }
}
