import { enableCompileCache } from 'node:module';

enableCompileCache();
const { tour } = await import('./tour.ts');
process.exitCode = await tour(process.argv.slice(2));
