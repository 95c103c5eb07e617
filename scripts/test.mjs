// `npm test`: all that says whether a change is good, in order of how soon it can say no. Stops at the first no.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const node = process.execPath;
const bin = (name) => `node_modules/.bin/${name}`;

/** name, command, and what must exist for it */
const steps = [
  ['types', [bin('tsc'), '-p', 'tsconfig.json']],
  ['format and lint', [bin('biome'), 'check', '.']],
  ['walls', [bin('depcruise'), '--config', '.dependency-cruiser.mjs', 'sandbox', 'src']],
  ['dead code', [bin('knip'), '--include', 'files,dependencies,unlisted,exports', '--no-config-hints']],
  ['units', [bin('vitest'), 'run']],
  ['build', [node, 'scripts/build.mjs']],
  [
    'golden',
    [node, 'scripts/run.mjs', 'test/golden/main.ts', '--listed', 'test/golden/recorded'],
    'test/golden/main.ts',
  ],
  ['end to end', [bin('vitest'), 'run', '--config', 'vitest.e2e.config.ts'], 'vitest.e2e.config.ts'],
];

const only = process.argv.slice(2);
for (const [name, [command, ...args], needs] of steps) {
  if (only.length > 0 && !only.includes(name)) continue;
  if (needs !== undefined && !existsSync(needs)) continue;
  const began = performance.now();
  const { status } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  console.log(`${status === 0 ? 'ok' : 'FAILED'}  ${name}  ${((performance.now() - began) / 1000).toFixed(1)} s`);
  if (status !== 0) process.exit(1);
}
