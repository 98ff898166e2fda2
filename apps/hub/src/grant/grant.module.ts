import { Module } from '@nestjs/common';
import { LifecycleModule } from '../task/lifecycle.module.ts';
import { GrantController } from './grant.controller.ts';
import { GrantService } from './grant.service.ts';
import { GrantTokens } from './grant-tokens.ts';
import { StandingService } from './standing.service.ts';

@Module({ imports: [LifecycleModule], controllers: [GrantController], providers: [GrantService, GrantTokens, StandingService], exports: [GrantService, GrantTokens] })
export class GrantModule {}
