import { Global, Module } from '@nestjs/common';
import { AuditController } from './audit.controller.ts';
import { AuditService } from './audit.service.ts';
import { AuditLinker } from './linker.ts';
import { AuditReader } from './reader.ts';
import { ChainVerifier } from './verifier.ts';

/** Global: whatever changes state records it. */
@Global()
@Module({ controllers: [AuditController], providers: [AuditService, AuditLinker, AuditReader, ChainVerifier], exports: [AuditService] })
export class AuditModule {}
