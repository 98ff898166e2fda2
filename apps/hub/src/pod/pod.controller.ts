import { Controller } from '@nestjs/common';
import { routes } from '@podnet/contracts';
import { Handles, type Answer, type Input } from '../http/route.ts';
import { HubKeys } from '../keys/hub-keys.ts';
import { CustodyService } from './custody.service.ts';
import { EnrolmentService } from './enrolment.service.ts';
import { ExploreService } from './explore.service.ts';

@Controller()
export class PodController {
  constructor(
    private readonly explore: ExploreService,
    private readonly enrolment: EnrolmentService,
    private readonly custody: CustodyService,
    private readonly hubKeys: HubKeys,
  ) {}

  @Handles(routes.listPods)
  async list({ caller }: Input<typeof routes.listPods>): Promise<Answer<typeof routes.listPods>> {
    return { pods: await this.explore.list(caller) };
  }

  @Handles(routes.showPod)
  async show({ params, caller }: Input<typeof routes.showPod>): Promise<Answer<typeof routes.showPod>> {
    return this.explore.show(params.id, caller);
  }

  @Handles(routes.registerPod)
  async register({ body, caller }: Input<typeof routes.registerPod>): Promise<Answer<typeof routes.registerPod>> {
    const { podId, joinCode, expiresAt } = await this.enrolment.register(body.name, caller.userId);
    return { pod: await this.explore.summaryOf(podId, caller), joinCode, expiresAt: expiresAt.toISOString() };
  }

  @Handles(routes.renewJoinCode)
  async renewJoinCode({ params, caller }: Input<typeof routes.renewJoinCode>): Promise<Answer<typeof routes.renewJoinCode>> {
    await this.custody.refuseOthers(params.id, caller);
    const { joinCode, expiresAt } = await this.enrolment.renewCode(params.id, caller.userId);
    return { joinCode, expiresAt: expiresAt.toISOString() };
  }

  @Handles(routes.joinPod)
  async join({ body }: Input<typeof routes.joinPod>): Promise<Answer<typeof routes.joinPod>> {
    const { podId, podName, custodian } = await this.custody.custodianOf(await this.enrolment.join(body.joinCode, body.proof));
    const { name, publicKeys, fingerprint } = this.hubKeys;
    return { podId, name: podName, hub: { name, keys: [...publicKeys], fingerprint }, custodian };
  }

  @Handles(routes.confirmPod)
  async confirm({ params, body, caller }: Input<typeof routes.confirmPod>): Promise<Answer<typeof routes.confirmPod>> {
    await this.custody.refuseOthers(params.id, caller);
    await this.custody.confirm(params.id, body.fingerprint, caller.userId);
    return this.explore.summaryOf(params.id, caller);
  }

  @Handles(routes.removePod)
  async remove({ params, caller }: Input<typeof routes.removePod>): Promise<void> {
    await this.custody.refuseOthers(params.id, caller, { admins: true });
    await this.custody.remove(params.id, caller.userId);
  }
}
