import type { Type } from '@nestjs/common';
import { AuditModule } from './audit/audit.module.ts';
import { HealthModule } from './health/health.module.ts';
import { IdentityModule } from './identity/identity.module.ts';

/** The hub's rooms: one module for each noun. A room is in the house when it is named here. */
export const rooms: Type[] = [AuditModule, IdentityModule, HealthModule];
