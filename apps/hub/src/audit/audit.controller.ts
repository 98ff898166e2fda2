import { Controller } from '@nestjs/common';
import { routes } from '@podnet/contracts';
import { Handles, type Answer, type Input } from '../http/route.ts';
import { AuditReader } from './reader.ts';
import { AuditLinker } from './linker.ts';
import { ChainVerifier } from './verifier.ts';

@Controller()
export class AuditController {
  constructor(
    private readonly reader: AuditReader,
    private readonly linker: AuditLinker,
    private readonly verifier: ChainVerifier,
  ) {}

  @Handles(routes.listAudit)
  async list({ query }: Input<typeof routes.listAudit>): Promise<Answer<typeof routes.listAudit>> {
    return { entries: await this.reader.list(query) };
  }

  @Handles(routes.verifyAudit)
  async verify(): Promise<Answer<typeof routes.verifyAudit>> {
    await this.linker.linkAll();
    return this.verifier.verify();
  }
}
