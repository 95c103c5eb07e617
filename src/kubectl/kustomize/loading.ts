// The files of a kustomization: what lies in them, and what is said of those that can't be had.

import { isArray, isObject, type JsonObject, own } from '../../../sandbox/kube/json.ts';
import { type Blocking, type Sys, SysError } from '../../../sandbox/machine/sys.ts';
import { asError } from '../errors.ts';
import { goErrorText, readText, statOf } from '../files.ts';
import { decodeObject, readDocuments } from '../resource/documents.ts';
import { cleanPath, directoryOf, resolvePath } from '../text/path.ts';
import { textAt } from './paths.ts';

/** The full path of a folder to build. Throws when it is none. */
export function confirmFolder(sys: Sys, path: string, shown = path): string {
  if (path === '') throw new Error('must build at directory: directory path cannot be empty');
  const full = resolvePath(sys.cwd(), path);
  let isFolder: boolean;
  try {
    isFolder = sys.stat(full).type === 'directory';
  } catch (error) {
    const reason =
      error instanceof SysError ? `lstat ${firstGone(sys, full)}: ${goErrorText(error)}` : asError(error).message;
    throw new Error(`must build at directory: not a valid directory: evalsymlink failure on '${shown}' : ${reason}`);
  }
  if (!isFolder) throw new Error(`must build at directory: '${shown}': file is not directory`);
  return cleanPath(full);
}

/** The first part of a path that isn't there. */
function firstGone(sys: Sys, path: string): string {
  const above = directoryOf(path);
  return above === path || statOf(sys, above) !== undefined ? path : firstGone(sys, above);
}

/** A file that a kustomization names beside its resources. */
export function* readBeside(sys: Sys, folder: string, path: string): Blocking<string> {
  const full = resolvePath(folder, path);
  if (statOf(sys, full) === undefined) {
    throw new Error(`evalsymlink failure on '${full}' : lstat ${full}: no such file or directory`);
  }
  return yield* readText(sys, full);
}

/** The objects in a file of resources, in the words of those who look for a folder when it is no such file. */
export function* readResources(sys: Sys, folder: string, path: string): Blocking<readonly JsonObject[]> {
  const full = resolvePath(folder, path);
  const notFolder = `must build at directory: '${full}': file is not directory`;
  if (!full.startsWith(`${folder}/`)) {
    const reason = `security; file '${full}' is not in or below '${folder}'`;
    throw new Error(`${accumulationError(path, reason)}: ${notFolder}`);
  }
  const text = yield* readText(sys, full);
  let found: readonly JsonObject[];
  try {
    found = objectsIn(text);
  } catch (error) {
    const reason = asError(error).message.replace(/^error converting YAML to JSON: /, '');
    throw new Error(`accumulating resources from '${path}': MalformedYAMLError: ${reason} in File: ${path}`);
  }
  const wrong = found.map(problemOf).find((each) => each !== undefined);
  if (wrong !== undefined) throw new Error(`${accumulationError(path, wrong)}: ${notFolder}`);
  return found;
}

export function accumulationError(path: string, reason: string): string {
  return `accumulation err='accumulating resources from '${path}': ${reason}'`;
}

export function missingFile(folder: string, path: string): Error {
  const full = resolvePath(folder, path);
  const reason = `evalsymlink failure on '${full}' : lstat ${full}: no such file or directory`;
  return new Error(`${accumulationError(path, reason)}: must build at directory: not a valid directory: ${reason}`);
}

/** What a file's object must have to be a resource. */
function problemOf(object: JsonObject): string | undefined {
  if (!isObject(own(object, 'metadata'))) return 'missing Resource metadata';
  const [version, kind, name] = [textAt(object, 'apiVersion'), textAt(object, 'kind'), textAt(object, 'metadata/name')];
  const shown = `{{${version} ${kind}} {{${name} ${textAt(object, 'metadata/namespace')}} map[] map[]}}`;
  if (kind === '') return `missing kind in object ${shown}`;
  return name === '' ? `missing metadata.name in object ${shown}` : undefined;
}

/** Lists are what they hold. */
export function objectsIn(text: string): readonly JsonObject[] {
  const objects: JsonObject[] = [];
  for (const document of readDocuments(text)) {
    const object = isObject(document.value) ? document.value : decodeObject(document);
    const items = own(object, 'items');
    if (textAt(object, 'kind').endsWith('List') && isArray(items)) objects.push(...items.filter(isObject));
    else objects.push(object);
  }
  return objects;
}
