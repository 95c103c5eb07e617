// `npm run golden`: compares recorded facts with the simulator. See README.md in this folder.

import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Arguments, parseArguments, usage } from './arguments.ts';
import { printDifference } from './difference.ts';
import { printJson } from './json.ts';
import { addPassing, readPassing } from './passing.ts';
import { type Found, findRecordings } from './recordings.ts';
import { type Played, playRecording, type Result } from './run.ts';
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
  return play(options);
}

async function play(options: Arguments): Promise<number> {
  const worlds = await worldsOf(options);
  const listed = options.listed ? readPassing(options.list) : undefined;
  const wanted = (id: string) =>
    (options.filter === undefined || id.includes(options.filter)) && (listed === undefined || listed.has(id));
  if (worlds.missing !== undefined) console.log(worlds.missing);
  const passed: string[] = [];
  let failed = 0;
  let notices = 0;
  for (const found of findRecordings(options.paths)) {
    const played = await playRecording(found, worlds, wanted);
    if (options.emit !== undefined) emit(options.emit, found, played);
    for (const result of played.results) {
      report(result, options, worlds.missing !== undefined);
      if (result.difference === undefined) passed.push(result.id);
      else failed++;
    }
    notices += played.answer?.notices ?? 0;
  }
  if (options.record) console.log(`${addPassing(options.list, passed)} cases are new on ${options.list}`);
  if (notices > 0) console.log(`${notices} of our own notices were not compared`);
  console.log(`${passed.length} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
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
