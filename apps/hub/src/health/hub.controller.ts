import { Controller } from '@nestjs/common';
import { routes } from '@podnet/contracts';
import { Handles, type Answer } from '../http/route.ts';
import { SetupService } from '../identity/setup.service.ts';
import { HubKeys } from '../keys/hub-keys.ts';
import { version } from '../version.ts';

/** Who this hub is. */
@Controller()
export class HubController {
  constructor(
    private readonly keys: HubKeys,
    private readonly setup: SetupService,
  ) {}

  @Handles(routes.hubInfo)
  async info(): Promise<Answer<typeof routes.hubInfo>> {
    const { name, publicKeys, fingerprint } = this.keys;
    return { name, version, keys: publicKeys.map(({ kty, crv, x }) => ({ kty, crv, x })), fingerprint, setUp: await this.setup.isSetUp(), now: new Date().toISOString() };
  }
}
