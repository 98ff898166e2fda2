import { Module } from '@nestjs/common';
import { GrantModule } from '../grant/grant.module.ts';
import { LifecycleModule } from '../task/lifecycle.module.ts';
import { LeaseService } from './lease.service.ts';
import { MailboxService } from './mailbox.service.ts';
import { ReportService } from './report.service.ts';

@Module({ imports: [LifecycleModule, GrantModule], providers: [LeaseService, MailboxService, ReportService], exports: [LeaseService, MailboxService, ReportService] })
export class MailboxModule {}
