import { Controller, Header, Headers, Inject } from '@nestjs/common';
import { Fault } from '@podnet/errors';
import { Opens } from '../http/route.ts';
import { openApi } from '../http/openapi.ts';
import { hashSecret, sameHash } from '../identity/secret.ts';
import { HubKeys } from '../keys/hub-keys.ts';
import { settingsToken, type Settings } from '../settings.ts';
import { version } from '../version.ts';
import { Metrics } from './metrics.ts';
import { Readiness } from './readiness.ts';

/** What operators and tools ask, outside the contract. */
@Controller()
export class OperationsController {
  private document: unknown;

  constructor(
    private readonly readiness: Readiness,
    private readonly metrics: Metrics,
    private readonly keys: HubKeys,
    @Inject(settingsToken) private readonly settings: Settings,
  ) {}

  /** The process answers. */
  @Opens('/health/live')
  live(): { live: true } {
    return { live: true };
  }

  /** The hub can work. */
  @Opens('/health/ready')
  async ready(): Promise<{ ready: true }> {
    await this.readiness.check();
    return { ready: true };
  }

  @Opens('/metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  async prometheus(@Headers('authorization') authorization: string | undefined): Promise<string> {
    const { metricsToken } = this.settings;
    if (metricsToken !== undefined && !sameHash(hashSecret(`Bearer ${metricsToken}`), hashSecret(authorization ?? ''))) throw new Fault('auth.required');
    return this.metrics.write();
  }

  @Opens('/api/openapi.json')
  contract(): unknown {
    return (this.document ??= openApi({ name: this.keys.name, version }));
  }
}
