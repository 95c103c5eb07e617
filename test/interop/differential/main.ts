// `node scripts/run.mjs test/interop/differential/main.ts [--seed N] [--lines N] [--file FILE] [--tables] [--bad] [LINE...]`, or
// `... --scenario BEGINNING [--variations N]` with names of test/golden/recorded/kubectl:
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
import { playScenario, readScenario, scenarioFiles, type Told } from './scenarios.ts';
import { shopTwin } from './world.ts';

const TABLES = 'test/interop/differential/lines.d';

const { values, positionals } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    lines: { type: 'string', default: '200' },
    file: { type: 'string', multiple: true, default: [] },
    tables: { type: 'boolean', default: false },
    bad: { type: 'boolean', default: false },
    scenario: { type: 'string', multiple: true, default: [] },
    variations: { type: 'string', default: '0' },
  },
  allowPositionals: true,
});

const found = findKubectls().find(({ version }) => version === RELEASE);
if (found === undefined) {
  console.warn(`SKIPPED: there is no kubectl ${RELEASE} on the PATH or in K8S_LEARN_KUBECTL`);
} else {
  const seed = Number(values.seed);
  const counts = { same: 0, differ: 0 };
  const tell = ({ line, differences: told }: Told): void => {
    counts[told.length === 0 ? 'same' : 'differ']++;
    if (told.length > 0) console.log([`\n$ ${line}`, ...told.map((text) => `  ${text.slice(0, 400)}`)].join('\n'));
  };
  if (values.scenario.length > 0) await playScenarios(found.path, seed, tell);
  else await tryLines(found.path, seed, tell);
  console.log(`seed ${seed}: ${counts.same} the same, ${counts.differ} differ`);
  process.exitCode = counts.differ > 0 ? 1 : 0;
}

async function tryLines(kubectl: string, seed: number, tell: (told: Told) => void): Promise<void> {
  const dice = diceOf(seed);
  const drawn = (): string[] => Array.from({ length: Number(values.lines) }, () => randomLine(dice));
  const given = [...positionals, ...[...values.file, ...tables()].flatMap(linesOf), ...(values.bad ? badLines() : [])];
  const twin = await shopTwin(kubectl, seed);
  for (const line of given.length > 0 ? given : drawn()) {
    tell({ line, differences: differences(await twin.compare(line)) });
  }
  await twin.close();
}

async function playScenarios(kubectl: string, seed: number, tell: (told: Told) => void): Promise<void> {
  const variations = Number(values.variations);
  for (const path of scenarioFiles(values.scenario)) {
    console.log(path);
    await playScenario(kubectl, readScenario(path), { seed, variations }, tell);
  }
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
