// `npm run bench`: measures every headline figure and prints one table. See README.md.
import { runBench } from './runner/bench.mjs';
import { catalogue } from './figures/catalogue.mjs';

process.exitCode = await runBench(process.argv.slice(2), { catalogue, out: process.stdout, talk: process.stderr });
