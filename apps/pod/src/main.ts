#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Before anything else is loaded: the second start finds every module compiled.
enableCompileCache();
const { run } = await import('./commands/run.ts');
process.exitCode = await run(process.argv.slice(2));
// What still holds the process open is not work.
process.exit();
