// `npm run golden`: compares recorded facts with the simulator. See CONTRIBUTING.md.

import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Arguments, parseArguments, usage } from './arguments.ts';
import { printDifference } from './difference.ts';
import { printJson } from './json.ts';
import { addPassing, readPassing } from './passing.ts';
import { type Found, findRecordings } from './recordings.ts';
import { type Played, playRecording, type Result, type Wanted } from './run.ts';
import { type Trial, trials } from './selftest.ts';
import { simulator } from './simulator.ts';
import type { Worlds } from './world.ts';

async function main(args: readonly string[]): Promise<number> {
  let options: Arguments;
  try {
    options = parseArguments(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${usage}`);
    return 2;
  }
  return options.selfTest ? selfTest(options) : play(options);
}

async function play(options: Arguments): Promise<number> {
  const worlds = await worldsOf(options);
  const wanted = wantedBy(options);
  if (worlds.missing !== undefined) console.log(worlds.missing);
  const passed: string[] = [];
  let failed = 0;
  let notices = 0;
  let inOtherOrders = 0;
  for (const found of findRecordings(options.paths)) {
    const played = await playRecording(found, worlds, wanted);
    if (options.emit !== undefined) emit(options.emit, found, played);
    for (const result of played.results) {
      report(result, options, worlds.missing !== undefined);
      if (result.difference === undefined) passed.push(result.id);
      else failed++;
    }
    notices += played.answer?.notices ?? 0;
    if (played.order !== undefined) inOtherOrders++;
  }
  if (options.record) console.log(`${addPassing(options.list, passed)} cases are new on ${options.list}`);
  if (inOtherOrders > 0) console.log(`${inOtherOrders} recordings show a race that ended in another of its ways first`);
  if (notices > 0) console.log(`${notices} of our own notices were not compared`);
  console.log(`${passed.length} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** Changes every case; at least 98 of 100 changes must be noticed, and no recording may differ from itself. */
function selfTest(options: Arguments): number {
  const counts = new Map<string, { noticed: number; missed: number }>();
  let broken = 0;
  for (const found of findRecordings(options.paths)) {
    for (const trial of trials(found, wantedBy(options), options.seed)) {
      report(trial, options, false);
      if (trial.change === 'none') broken++;
      else count(counts, trial);
    }
  }
  for (const [change, { noticed, missed }] of counts) {
    console.log(`changed ${change}: ${noticed} of ${noticed + missed} noticed`);
  }
  const sum = (key: 'noticed' | 'missed') => [...counts.values()].reduce((all, one) => all + one[key], 0);
  const share = sum('noticed') / Math.max(1, sum('noticed') + sum('missed'));
  console.log(`${broken} recordings differ from themselves; ${(100 * share).toFixed(2)} % of the changes were noticed`);
  console.log(`${sum('noticed')} passed, ${sum('missed') + broken} failed`);
  return share >= 0.98 && broken === 0 ? 0 : 1;
}

function count(counts: Map<string, { noticed: number; missed: number }>, { change, difference }: Trial): void {
  const known = counts.get(change) ?? { noticed: 0, missed: 0 };
  counts.set(change, known);
  if (difference === undefined) known.noticed++;
  else known.missed++;
}

function wantedBy({ filter, listed, list }: Arguments): Wanted {
  const names = listed ? readPassing(list) : undefined;
  return (id) => (filter === undefined || id.includes(filter)) && (names === undefined || names.has(id));
}

async function worldsOf({ world }: Arguments): Promise<Worlds> {
  if (world === undefined) return simulator;
  const loaded: { readonly worlds: Worlds } = await import(pathToFileURL(resolve(world)).href);
  return loaded.worlds;
}

function report({ id, path, difference }: Result, { json }: Arguments, brief: boolean): void {
  if (json) {
    const reason = difference === undefined ? {} : { difference: { ...difference } };
    console.log(printJson({ id, path, passed: difference === undefined, ...reason }));
  } else if (difference !== undefined && !brief) {
    console.log(`FAIL ${id}\n${printDifference(difference)}`);
  }
}

/** Our answer under the recording's own name, in a folder a format. */
function emit(dir: string, { recording, format }: Found, { answer }: Played): void {
  if (answer === undefined) return;
  const folder = join(dir, format?.folder ?? 'unknown');
  mkdirSync(folder, { recursive: true });
  const text = typeof answer.content === 'string' ? answer.content : `${printJson(answer.content, 1)}\n`;
  writeFileSync(join(folder, `${basename(recording.path, extname(recording.path))}${extname(recording.path)}`), text);
}

const code = await main(process.argv.slice(2));
process.exit(code);
