#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';

// Frames live outside of a heap that is small itself, and every few of them would have all of it collected. It may grow threefold
// in between: a round of training costs the agent less than half, for some 20 MiB.
setFlagsFromString('--heap-growing-percent=200');
// Before anything else is loaded: the second start finds every module compiled.
enableCompileCache();
const { run } = await import('./commands/run.ts');
process.exitCode = await run(process.argv.slice(2));
// What still holds the process open is not work.
process.exit();
