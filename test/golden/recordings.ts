// Finds recordings on disk, in files and folders anywhere, and says which format each one is.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import type { Format, Recording } from './format.ts';
import { formats } from './formats.ts';
import { type JsonValue, parseJson } from './json.ts';

export interface Found {
  readonly recording: Recording;
  /** Undefined: nobody knows this format, which counts as a failure. */
  readonly format: Format | undefined;
}

/** All recordings under some paths, in the order of their names. Throws when a path doesn't exist. */
export function findRecordings(paths: readonly string[]): readonly Found[] {
  return paths.flatMap(filesUnder).flatMap((path) => {
    const recording = load(path);
    if (isHelper(recording)) return [];
    return [{ recording, format: formats.find((format) => format.recognises(recording)) }];
  });
}

function filesUnder(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)))
    .filter((file) => ['.json', '.txt'].includes(extname(file)) && basename(file) !== 'conformance-tests.txt');
}

function load(path: string): Recording {
  return {
    name: basename(path, extname(path)),
    path,
    content: contentOf(path),
    sibling: (name) => {
      const beside = join(dirname(path), `${name}.json`);
      return existsSync(beside) ? contentOf(beside) : undefined;
    },
  };
}

function contentOf(path: string): JsonValue {
  const text = readFileSync(path, 'utf8');
  if (extname(path) !== '.json') return text;
  try {
    return parseJson(text);
  } catch (error) {
    return { unreadable: String(error) };
  }
}

/** What others need before they can be played is no case of its own. */
function isHelper({ name }: Recording): boolean {
  return name.endsWith('-setup');
}
