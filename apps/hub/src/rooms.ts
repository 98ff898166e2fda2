import type { Type } from '@nestjs/common';
import { AuditModule } from './audit/audit.module.ts';
import { GatewaysModule } from './gateways/gateways.module.ts';
import { GrantModule } from './grant/grant.module.ts';
import { HealthModule } from './health/health.module.ts';
import { IdentityModule } from './identity/identity.module.ts';
import { MailboxModule } from './mailbox/mailbox.module.ts';
import { PodModule } from './pod/pod.module.ts';
import { ReviewModule } from './review/review.module.ts';
import { TaskModule } from './task/task.module.ts';

/** The hub's rooms: one module for each noun. A room is in the house when it is named here. */
export const rooms: Type[] = [AuditModule, IdentityModule, PodModule, GrantModule, TaskModule, MailboxModule, ReviewModule, GatewaysModule, HealthModule];
