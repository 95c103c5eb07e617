// Packs on disk: a folder read into texts, within limits. Links are not followed, so that a pack can't reach outside of itself.

import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../sandbox/kube/thrown.ts';
import type { PackFiles } from '../lessons/pack.ts';
import { EXIT, Failure } from './failure.ts';

const FILES_MAX = 20_000;
const FILE_BYTES_MAX = 1_000_000;
const PACK_BYTES_MAX = 50_000_000;

/** The folder of the course that comes with the program: beside the sources, or beside the bundle; above `from`. */
export function courseFolder(from = dirname(fileURLToPath(import.meta.url))): string {
  let folder = resolve(from);
  for (let up = 0; up < 4; up++) {
    const found = join(folder, 'lessons');
    if (isFile(join(found, 'course.yaml'))) return found;
    folder = dirname(folder);
  }
  throw new Failure(
    EXIT.environment,
    'k8s-learn: the lessons are not there.',
    'The folder `lessons` of the package is missing.',
    'Install k8s-learn again.',
  );
}

/** All texts below a folder, or below one folder in it. Throws a Failure that says which file is at fault. */
export function readPack(folder: string, below = ''): PackFiles {
  const files = new Map<string, string>();
  let bytes = 0;
  const visit = (path: string): void => {
    for (const entry of readdirSync(join(folder, path), { withFileTypes: true })) {
      const inner = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory()) visit(inner);
      else if (!entry.isFile()) refuse(inner, 'is neither a file nor a folder; links are not followed');
      else if (isText(entry.name)) {
        const { size } = lstatSync(join(folder, inner));
        bytes += size;
        if (size > FILE_BYTES_MAX) refuse(inner, `is larger than ${FILE_BYTES_MAX / 1e6} MB`);
        if (bytes > PACK_BYTES_MAX || files.size >= FILES_MAX) refuse(inner, 'makes the pack too large');
        files.set(inner, readFileSync(join(folder, inner), 'utf8'));
      }
    }
  };
  try {
    visit(below);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(
      EXIT.usage,
      `k8s-learn: ${folder} can't be read.`,
      messageOf(error),
      'Give the folder of a pack.',
    );
  }
  return files;
}

/** Where a path lies in a pack. */
export interface PackPlace {
  /** The folder of course.yaml; without one the folder around. */
  readonly root: string;
  readonly isCourse: boolean;
  /** The rest of the path: a module's, a lesson's; empty for the whole. */
  readonly inside: string;
}

/** The pack that a path lies in. */
export function packOf(path: string): PackPlace {
  const whole = resolve(path);
  for (let folder = whole; dirname(folder) !== folder; folder = dirname(folder))
    if (isFile(join(folder, 'course.yaml')))
      return { root: folder, isCourse: true, inside: whole.slice(folder.length + 1).replaceAll('\\', '/') };
  if (isFile(join(whole, 'lesson.yaml'))) return { root: dirname(whole), isCourse: false, inside: basename(whole) };
  return { root: whole, isCourse: false, inside: '' };
}

function refuse(file: string, why: string): never {
  throw new Failure(EXIT.no, `${file}: the pack is refused.`, `It ${why}.`, '');
}

function isText(name: string): boolean {
  return /\.(ya?ml|md|sh|json|txt|conf|csv|env|tsv|properties)$/i.test(name) || !name.includes('.');
}

function isFile(path: string): boolean {
  try {
    return lstatSync(path).isFile();
  } catch {
    return false;
  }
}
