import { Global, Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import type { Logger } from 'pino';
import { announceToken, type Announce } from './announce.ts';
import { Database } from './database/database.ts';
import { AccessGuard } from './http/access-guard.ts';
import { attemptClock, Attempts } from './http/attempts.ts';
import { Boundary } from './http/boundary.ts';
import { FaultFilter } from './http/fault-filter.ts';
import { HubKeys } from './keys/hub-keys.ts';
import { logToken } from './log/log.ts';
import { settingsToken, type Settings } from './settings.ts';

/** What was made before Nest: everything here is an argument, nothing is looked up. */
export interface Core {
  /** Tells a person something that must not go into a log. */
  announce: Announce;
  settings: Settings;
  log: Logger;
  database: Database;
  keys: HubKeys;
}

/** The floor of the house, and the guard, boundary and filter that every call passes. */
@Global()
@Module({})
export class CoreModule {
  static of({ settings, log, database, keys, announce }: Core): DynamicModule {
    return {
      module: CoreModule,
      providers: [
        { provide: settingsToken, useValue: settings },
        { provide: logToken, useValue: log },
        { provide: Database, useValue: database },
        { provide: HubKeys, useValue: keys },
        { provide: attemptClock, useValue: () => performance.now() },
        { provide: announceToken, useValue: announce },
        Attempts,
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_INTERCEPTOR, useClass: Boundary },
        { provide: APP_FILTER, useClass: FaultFilter },
      ],
      exports: [settingsToken, logToken, announceToken, Database, HubKeys],
    };
  }
}
