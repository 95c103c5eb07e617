// The program run from its sources, without a build: node scripts/run.mjs src/main.ts ARGS.

import { main } from './cli.ts';

await main(process.argv.slice(2));
