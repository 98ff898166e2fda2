import { Module } from '@nestjs/common';
import { HubController } from './hub.controller.ts';
import { Metrics } from './metrics.ts';
import { OperationsController } from './operations.controller.ts';
import { Readiness } from './readiness.ts';

@Module({ controllers: [OperationsController, HubController], providers: [Metrics, Readiness], exports: [Metrics, Readiness] })
export class HealthModule {}
