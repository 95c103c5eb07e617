// What jq reads: values, lines or texts out of files or standard input, and in which line of which of them it has come to.

import { errorText } from '../../errors.ts';
import { type Blocking, SysError } from '../../sys.ts';
import { decode } from '../../text.ts';
import type { Context } from '../kit/command.ts';
import { readAll, readTextFile } from '../kit/input.ts';
import { type Reader, readJsonStream } from './json.ts';
import type { Value } from './values.ts';

export interface Inputs {
  /** What is left to be read, one value after the other. */
  readonly values: Generator<Value>;
  /** `web.json:12`: the lines that had been read when the last value was complete. */
  where(): string;
}

/** Nothing is read. */
export const NO_INPUTS: Inputs = { values: nothing(), where: () => '<unknown>' };

function* nothing(): Generator<Value> {}

interface Source {
  readonly name: string;
  readonly text: string;
}

/** Says which files can't be read. */
export function* openInputs(context: Context, files: readonly string[]): Blocking<Inputs> {
  const sources = yield* sourcesOf(context, files);
  const reader: Reader = { text: sources.map(({ text }) => text).join(''), at: 0 };
  return { values: valuesOf(context, reader), where: () => placeIn(sources, reader.at) };
}

function* sourcesOf(context: Context, files: readonly string[]): Blocking<readonly Source[]> {
  if (files.length === 0) return [{ name: '<stdin>', text: decode(yield* readAll(context.sys, 0)) }];
  const sources: Source[] = [];
  for (const name of files) {
    try {
      sources.push({ name, text: yield* readTextFile(context.sys, name) });
    } catch (error) {
      if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
      context.warn(`jq: error: Could not open file ${name}: ${errorText(error.code)}\n`);
      context.status = 2;
    }
  }
  return sources;
}

function* valuesOf({ flags }: Context, reader: Reader): Generator<Value> {
  if (!flags.has('R')) {
    if (flags.has('s')) yield [...readJsonStream(reader)];
    else yield* readJsonStream(reader);
  } else if (flags.has('s')) {
    reader.at = reader.text.length;
    yield reader.text;
  } else {
    while (reader.at < reader.text.length) yield lineOf(reader);
  }
}

function lineOf(reader: Reader): string {
  const end = reader.text.indexOf('\n', reader.at);
  const line = reader.text.slice(reader.at, end < 0 ? undefined : end);
  reader.at = end < 0 ? reader.text.length : end + 1;
  return line;
}

/** Files are read by whole lines; one without an end doesn't count. */
function placeIn(sources: readonly Source[], at: number): string {
  let start = 0;
  for (const { name, text } of sources) {
    if (at > start + text.length) {
      start += text.length;
      continue;
    }
    const end = text.indexOf('\n', Math.max(0, at - start - 1));
    const lines = text.slice(0, end < 0 ? undefined : end + 1).split('\n').length - 1;
    return `${name}:${lines}`;
  }
  return '<unknown>';
}
