// `node scripts/run.mjs test/interop/differential/main.ts [--seed N] [--lines N] [LINE...]`: tries command lines, given or
// drawn, with a stock kubectl and with ours, and shows where they differ. Ends with 1 when they do.

import { parseArgs } from 'node:util';
import { RELEASE } from '../../../src/kubectl/release.ts';
import { diceOf } from '../../hunt/chance.ts';
import { findKubectls } from '../kubectl/binaries.ts';
import { differences } from './compare.ts';
import { randomLine } from './lines.ts';
import { shopTwin } from './world.ts';

const { values, positionals } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, lines: { type: 'string', default: '200' } },
  allowPositionals: true,
});

const found = findKubectls().find(({ version }) => version === RELEASE);
if (found === undefined) {
  console.warn(`SKIPPED: there is no kubectl ${RELEASE} on the PATH or in K8S_LEARN_KUBECTL`);
} else {
  const seed = Number(values.seed);
  const dice = diceOf(seed);
  const drawn = (): string[] => Array.from({ length: Number(values.lines) }, () => randomLine(dice));
  const lines = positionals.length > 0 ? positionals : drawn();
  const twin = await shopTwin(found.path, seed);
  let failed = 0;
  for (const line of lines) {
    const told = differences(await twin.compare(line));
    if (told.length === 0) continue;
    failed++;
    console.log([`\n$ ${line}`, ...told.map((text) => `  ${text.slice(0, 400)}`)].join('\n'));
  }
  await twin.close();
  console.log(`seed ${seed}: ${lines.length - failed} the same, ${failed} differ`);
  process.exitCode = failed > 0 ? 1 : 0;
}
