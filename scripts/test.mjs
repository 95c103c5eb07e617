// `npm test`: all that says whether a change is good, in order of how soon it can say no. Stops at the first no.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const node = process.execPath;
const bin = (name) => `node_modules/.bin/${name}`;

const RECORDED = 'test/golden/recorded';
const CLUSTER = readdirSync(RECORDED).filter((folder) => folder !== 'kubectl');

function golden(name, folders) {
  const paths = folders.map((folder) => `${RECORDED}/${folder}`);
  return [name, [node, 'scripts/run.mjs', 'test/golden/main.ts', '--listed', ...paths]];
}

/** name, command, and what must exist for it. Those of a stage need one processor each, and run side by side. */
const stages = [
  [
    ['types', [bin('tsc'), '-p', 'tsconfig.json']],
    ['format and lint', [bin('biome'), 'check', '.']],
    ['walls', [bin('depcruise'), '--config', '.dependency-cruiser.mjs', 'sandbox', 'src']],
    ['dead code', [bin('knip'), '--include', 'files,dependencies,unlisted,exports', '--no-config-hints']],
    ['build', [node, 'scripts/build.mjs']],
  ],
  [['units', [bin('vitest'), 'run']]],
  [golden('golden of kubectl', ['kubectl']), golden('golden of the cluster', CLUSTER)],
  [['end to end', [bin('vitest'), 'run', '--config', 'vitest.e2e.config.ts'], 'vitest.e2e.config.ts']],
];

/** Runs a step; what it says is shown at once, or when it has ended if others run beside it. Answers whether all is well. */
function run([name, [command, ...args]], alone) {
  const began = performance.now();
  return new Promise((done) => {
    const stdio = alone ? 'inherit' : ['ignore', 'pipe', 'pipe'];
    const child = spawn(command, args, { stdio, shell: process.platform === 'win32' });
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes) => said.push(bytes));
    child.once('error', (error) => said.push(Buffer.from(`${error.message}\n`)));
    child.once('close', (status) => {
      process.stdout.write(Buffer.concat(said));
      console.log(`${status === 0 ? 'ok' : 'FAILED'}  ${name}  ${((performance.now() - began) / 1000).toFixed(1)} s`);
      done(status === 0);
    });
  });
}

/** As many at a time as there are processors. */
async function runAll(steps) {
  const waiting = [...steps];
  let well = true;
  const work = async () => {
    for (let step = waiting.shift(); step !== undefined && well; step = waiting.shift())
      well = (await run(step, steps.length === 1)) && well;
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), steps.length) }, work));
  return well;
}

const only = process.argv.slice(2);
for (const stage of stages) {
  const steps = stage.filter(
    ([name, , needs]) => (only.length === 0 || only.includes(name)) && (needs === undefined || existsSync(needs)),
  );
  if (!(await runAll(steps))) process.exit(1);
}
