// Keys and values for config maps and secrets, from literals, files, folders and files of environment variables.

import { quote } from '../../../../sandbox/kube/go/text.ts';
import { envVarName } from '../../../../sandbox/kube/names.ts';
import { type Blocking, type Bytes, type Sys, SysError } from '../../../../sandbox/machine/sys.ts';
import { goErrorText, readFile } from '../../files.ts';
import { joinPath } from '../../text/path.ts';

export interface Entry {
  readonly key: string;
  readonly value: Bytes;
}

/** `key=value`. */
export function literalEntry(source: string): Entry {
  const equals = source.indexOf('=');
  if (equals < 1) throw new Error(`invalid literal source ${source}, expected key=value`);
  return { key: source.slice(0, equals), value: encode(source.slice(equals + 1)) };
}

/** `file`, `key=file` or `folder`, of which all files count. */
export function* fileEntries(sys: Sys, source: string): Blocking<readonly Entry[]> {
  const { key, path } = fileSource(source);
  if (typeAt(sys, path) !== 'directory') return [{ key, value: yield* readFile(sys, path) }];
  if (source.includes('=')) throw new Error('cannot give a key name for a directory path');
  const entries: Entry[] = [];
  for (const name of sys.readdir(path)) {
    const inner = joinPath(path, name);
    if (sys.lstat(inner).type === 'file') entries.push({ key: name, value: yield* readFile(sys, inner) });
  }
  return entries;
}

function fileSource(source: string): { readonly key: string; readonly path: string } {
  const [first = '', second, ...more] = source.split('=');
  if (second === undefined) return { key: source.replace(/\/+$/, '').split('/').at(-1) ?? source, path: source };
  if (more.length > 0) throw new Error("key names or file paths cannot contain '='");
  if (first === '') throw new Error(`key name for file path ${second} missing`);
  if (second === '') throw new Error(`file path for key name ${first} missing`);
  return { key: first, path: second };
}

/** Lines of `NAME=value`. A name alone takes its value from the environment. `what` names the object in messages. */
export function* envFileEntries(sys: Sys, path: string, what: string): Blocking<readonly Entry[]> {
  if (typeAt(sys, path) === 'directory') throw new Error(`env ${what} file cannot be a directory`);
  const lines = linesOf(yield* readFile(sys, path));
  return lines.flatMap((line, i) => envEntry(sys, line, i, path) ?? []);
}

function envEntry(sys: Sys, bytes: Bytes, number: number, path: string): Entry | undefined {
  const line = decodeLine(bytes, number, path).trimStart();
  if (line === '' || line.startsWith('#')) return undefined;
  const equals = line.indexOf('=');
  const key = equals < 0 ? line : line.slice(0, equals);
  const problems = envVarName(key);
  if (problems.length > 0) throw new Error(`${quote(key)} is not a valid key name: ${problems.join(';')}`);
  return { key, value: encode(equals < 0 ? (sys.env.get(key) ?? '') : line.slice(equals + 1)) };
}

/** A line as text; the first one without a byte order mark. */
function decodeLine(bytes: Bytes, number: number, path: string): string {
  const text = utf8Text(bytes);
  if (text === undefined) {
    throw new Error(`env file ${path} contains invalid utf8 bytes at line ${number + 1}: [${[...bytes].join(' ')}]`);
  }
  return number === 0 ? text.replace(/^\ufeff/, '') : text;
}

function linesOf(bytes: Bytes): readonly Bytes[] {
  const lines: Bytes[] = [];
  let start = 0;
  for (let i = 0; i <= bytes.length; i++) {
    if (i < bytes.length && bytes[i] !== 0x0a) continue;
    const end = i > start && bytes[i - 1] === 0x0d ? i - 1 : i;
    lines.push(bytes.subarray(start, end));
    start = i + 1;
  }
  return lines;
}

/** The text that bytes are; undefined when they are none. */
export function utf8Text(bytes: Bytes): string | undefined {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return text.includes('\ufffd') && !sameBytes(encode(text), bytes) ? undefined : text;
}

function sameBytes(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function typeAt(sys: Sys, path: string): string {
  try {
    return sys.stat(path).type;
  } catch (error) {
    throw error instanceof SysError ? new Error(`error reading ${path}: ${goErrorText(error)}`) : error;
  }
}

export function encode(text: string): Bytes {
  return new TextEncoder().encode(text);
}

/** The sources that a command line names, in the order in which they count. */
export interface Sources {
  readonly literals: readonly string[];
  readonly files: readonly string[];
  readonly envFiles: readonly string[];
}

export function confirmSources({ literals, files, envFiles }: Sources): void {
  if (envFiles.length > 0 && (files.length > 0 || literals.length > 0)) {
    throw new Error('from-env-file cannot be combined with from-file or from-literal');
  }
}
