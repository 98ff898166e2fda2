import { Global, Module } from '@nestjs/common';
import { Authenticator } from './authenticator.ts';
import { SessionEndings } from './session-endings.ts';

@Global()
@Module({ controllers: [], providers: [Authenticator, SessionEndings], exports: [Authenticator, SessionEndings] })
export class IdentityModule {}
