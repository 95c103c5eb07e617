// Files, folders, addresses and standard input that `-f` names.

import { statusLine } from '../../../sandbox/machine/http.ts';
import { type Blocking, type Sys, SysError } from '../../../sandbox/machine/sys.ts';
import { seconds } from '../../../sandbox/time/units.ts';
import { ConnectionError } from '../errors.ts';
import { decodeText, readAll, readFile, statOf } from '../files.ts';
import { connectionFailure } from '../rest/transport.ts';
import { globPaths } from '../text/glob.ts';
import { extensionOf, joinPath } from '../text/path.ts';

export interface FileOptions {
  readonly filenames: readonly string[];
  /** A folder with a kustomization; empty without. */
  readonly kustomize: string;
  readonly recursive: boolean;
}

/** Where a manifest's text comes from. */
export type ManifestSource =
  | { readonly kind: 'stdin' }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'file'; readonly path: string };

const EXTENSIONS = ['.json', '.yaml', '.yml'];
const URL_ATTEMPTS = 3;

const STDIN_NAME = 'STDIN';

export function sourceName(source: ManifestSource): string {
  if (source.kind === 'stdin') return STDIN_NAME;
  return source.kind === 'url' ? source.url : source.path;
}

/** What is wrong with the combination of flags. */
export function fileOptionErrors({ filenames, kustomize, recursive }: FileOptions): readonly Error[] {
  return [
    ...(filenames.length > 0 && kustomize !== '' ? [new Error('only one of -f or -k can be specified')] : []),
    ...(kustomize !== '' && recursive ? [new Error("the -k flag can't be used with -f or -R")] : []),
  ];
}

export function hasFiles({ filenames, kustomize }: FileOptions): boolean {
  return filenames.length > 0 || kustomize !== '';
}

export function requireFiles(options: FileOptions): void {
  if (!hasFiles(options)) throw new Error('must specify one of -f and -k');
}

export interface FoundSources {
  readonly sources: readonly ManifestSource[];
  readonly errors: readonly Error[];
  /** One file was named, so one object is likely. */
  readonly singleItem: boolean;
  /** A folder with several files. */
  readonly folder: boolean;
}

export function findSources(sys: Sys, { filenames, recursive }: FileOptions): FoundSources {
  const sources: ManifestSource[] = [];
  const errors: Error[] = [];
  let singleItem = false;
  let folder = false;
  for (const name of filenames) {
    if (name === '-') sources.push({ kind: 'stdin' });
    else if (/^https?:\/\//.test(name)) sources.push({ kind: 'url', url: name });
    else {
      const paths = expanded(sys, name);
      if (paths.length === 0) {
        errors.push(new Error(`the path ${JSON.stringify(name)} does not exist`));
        continue;
      }
      singleItem ||= !recursive && paths.length === 1;
      const files = paths.map((path) => manifestsIn(sys, path, recursive));
      folder ||= files.some((list) => list.length > 1);
      sources.push(...files.flat().map((path) => ({ kind: 'file', path }) as const));
      if (sources.length === 0 && errors.length === 0) errors.push(nothingRead(paths));
    }
  }
  return { sources, errors, singleItem, folder };
}

function nothingRead(paths: readonly string[]): Error {
  return new Error(`error reading [${paths.join(' ')}]: recognized file extensions are [${EXTENSIONS.join(' ')}]`);
}

/** A path as it is, or the paths that it is a pattern of. */
function expanded(sys: Sys, pattern: string): readonly string[] {
  return statOf(sys, pattern) === undefined ? globPaths(sys, pattern) : [pattern];
}

/** A file itself, whatever its name; of a folder the files that look like manifests. */
function manifestsIn(sys: Sys, path: string, recursive: boolean): readonly string[] {
  if (statOf(sys, path)?.type !== 'directory') return [path];
  return walk(sys, path, recursive).filter((file) => EXTENSIONS.includes(extensionOf(file)));
}

function walk(sys: Sys, folder: string, recursive: boolean): readonly string[] {
  return sys.readdir(folder).flatMap((name) => {
    const path = joinPath(folder, name);
    const stat = sys.lstat(path);
    if (stat.type !== 'directory') return [path];
    return recursive ? walk(sys, path, recursive) : [];
  });
}

/** The whole text; a byte order mark is left out, UTF-16 with one is understood. */
export function* readSource(sys: Sys, source: ManifestSource): Blocking<string> {
  if (source.kind === 'url') return yield* fetchText(sys, source.url);
  const bytes = source.kind === 'stdin' ? yield* readAll(sys, 0) : yield* readFile(sys, source.path);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return decodeText(bytes);
}

function* fetchText(sys: Sys, url: string): Blocking<string> {
  for (let attempt = 1; ; attempt++) {
    const found = yield* fetchOnce(sys, url);
    if (typeof found === 'string') return found;
    if (attempt >= URL_ATTEMPTS || !found.again) throw found.error;
    yield* sys.sleep(seconds(1));
  }
}

function* fetchOnce(sys: Sys, url: string): Blocking<string | { readonly again: boolean; readonly error: Error }> {
  try {
    const { status, body } = yield* sys.http({ method: 'GET', url });
    const text = decodeText(yield* readAll(sys, body));
    sys.close(body);
    if (status === 200) return text;
    const said = `unable to read URL ${JSON.stringify(url)}, server reported ${statusLine(status)}, status code=${status}`;
    return { again: status >= 500 && status < 600, error: new Error(said) };
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return { again: true, error: new ConnectionError('GET', url, connectionFailure(error, url)) };
  }
}
