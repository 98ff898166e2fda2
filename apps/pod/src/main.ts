#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';

// Frames live outside of a heap that is small itself, and every few of them would have all of it collected: half of the work of a round of
// training was that. They count as part of the heap instead, which may grow in between, for some 100 MiB.
setFlagsFromString('--external-memory-accounted-in-global-limit');
setFlagsFromString('--heap-growing-percent=1000');
// Before anything else is loaded: the second start finds every module compiled.
enableCompileCache();
const { run } = await import('./commands/run.ts');
process.exitCode = await run(process.argv.slice(2));
// What still holds the process open is not work.
process.exit();
