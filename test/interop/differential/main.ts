// `node scripts/run.mjs test/interop/differential/main.ts [--seed N] [--lines N] [--file FILE] [--tables] [--bad] [LINE...]`:
// tries command lines, given, of a file, of all files in lines.d, of all commands used wrongly, or drawn, with a stock kubectl and with ours, and shows where they differ. Ends with 1 when they do.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RELEASE } from '../../../src/kubectl/release.ts';
import { diceOf } from '../../hunt/chance.ts';
import { findKubectls } from '../kubectl/binaries.ts';
import { badLines } from './badlines.ts';
import { differences } from './compare.ts';
import { randomLine } from './lines.ts';
import { shopTwin } from './world.ts';

const TABLES = 'test/interop/differential/lines.d';

const { values, positionals } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    lines: { type: 'string', default: '200' },
    file: { type: 'string', multiple: true, default: [] },
    tables: { type: 'boolean', default: false },
    bad: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});

const found = findKubectls().find(({ version }) => version === RELEASE);
if (found === undefined) {
  console.warn(`SKIPPED: there is no kubectl ${RELEASE} on the PATH or in K8S_LEARN_KUBECTL`);
} else {
  const seed = Number(values.seed);
  const dice = diceOf(seed);
  const drawn = (): string[] => Array.from({ length: Number(values.lines) }, () => randomLine(dice));
  const given = [...positionals, ...[...values.file, ...tables()].flatMap(linesOf), ...(values.bad ? badLines() : [])];
  const lines = given.length > 0 ? given : drawn();
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

/** The tables of command lines, when they are asked for. */
function tables(): readonly string[] {
  return values.tables ? readdirSync(TABLES).map((name) => join(TABLES, name)) : [];
}

/** Lines that aren't empty or comments. */
function linesOf(path: string): readonly string[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
}
