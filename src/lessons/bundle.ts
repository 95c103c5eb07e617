// A pack as one file: its texts with a checksum, compressed. What comes from elsewhere is not believed before it is looked
// at: sizes, counts and paths are bounded, so that a bundle can do no harm.

import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { isArray, isObject, type JsonValue, own } from '../../sandbox/kube/json.ts';
import type { PackFiles } from './pack.ts';

const FORMAT = 1;
const PACKED_BYTES_MAX = 20_000_000;
const BYTES_MAX = 50_000_000;
const FILES_MAX = 20_000;
const PATH_MAX = 300;

/** Why a bundle is refused. */
export class BundleError extends Error {}

export function bundleOf(id: string, files: PackFiles): Uint8Array {
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  return gzipSync(JSON.stringify({ format: FORMAT, id, sha256: digestOf(sorted), files: sorted }));
}

export interface Bundle {
  readonly id: string;
  readonly files: PackFiles;
}

/** Throws a BundleError. */
export function readBundle(packed: Uint8Array): Bundle {
  if (packed.length > PACKED_BYTES_MAX) throw new BundleError(`it is larger than ${PACKED_BYTES_MAX / 1e6} MB`);
  const value = decoded(packed);
  if (!isObject(value) || own(value, 'format') !== FORMAT) throw new BundleError('it is no bundle of this format');
  const [id, list, sha256] = [own(value, 'id'), own(value, 'files'), own(value, 'sha256')];
  if (typeof id !== 'string' || !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(id)) throw new BundleError('it has no id');
  if (!Array.isArray(list) || list.length > FILES_MAX) throw new BundleError(`it has more than ${FILES_MAX} files`);
  const files = list.map(fileOf);
  if (digestOf(files) !== sha256) throw new BundleError('its checksum is wrong: it was damaged or changed');
  return { id, files: new Map(files) };
}

function decoded(packed: Uint8Array): JsonValue {
  try {
    return JSON.parse(gunzipSync(packed, { maxOutputLength: BYTES_MAX }).toString('utf8')) as JsonValue;
  } catch (error) {
    const isLarge = error instanceof RangeError || (error instanceof Error && /larger than/.test(error.message));
    throw new BundleError(isLarge ? `it unpacks to more than ${BYTES_MAX / 1e6} MB` : 'it is not compressed JSON');
  }
}

function fileOf(entry: JsonValue): readonly [string, string] {
  const [path, text] = isArray(entry) ? entry : [];
  if (typeof path !== 'string' || typeof text !== 'string') throw new BundleError('a file is a path and a text');
  const problem = pathProblem(path);
  if (problem !== undefined) throw new BundleError(`${JSON.stringify(path.slice(0, 80))}: ${problem}`);
  return [path, text];
}

/** What is wrong with a path in a pack; undefined when nothing is. */
export function pathProblem(path: string): string | undefined {
  if (path.length > PATH_MAX) return 'the path is too long';
  if (path.startsWith('/') || path.includes('\\') || path.includes(':')) return 'a path is relative, with `/` between';
  if (path.split('/').some((part) => part === '' || part === '.' || part === '..')) return 'a path stays in its pack';
  return /[\u0000-\u001f\u007f]/.test(path) ? 'a path has no control characters' : undefined;
}

function digestOf(files: readonly (readonly [string, string])[]): string {
  const hash = createHash('sha256');
  for (const [path, text] of files) hash.update(`${path.length} ${path} ${Buffer.byteLength(text)}\n${text}`);
  return hash.digest('hex');
}
