// configMapGenerator and secretGenerator: objects made of literals and files.

import { isObject, type JsonObject, own } from '../../../sandbox/kube/json.ts';
import type { Blocking, Sys } from '../../../sandbox/machine/sys.ts';
import { encodeBase64 } from '../../../sandbox/schema/scalars/base64.ts';
import { type Entry, envFileEntries, fileEntries, literalEntry, utf8Text } from '../commands/create/entries.ts';
import { configMapHash, secretHash } from '../commands/create/hash.ts';
import { asError } from '../errors.ts';
import { statOf } from '../files.ts';
import { joinPath, resolvePath } from '../text/path.ts';
import { changeAt, textAt, texts } from './paths.ts';
import { kindOf, nameOf, type Resource, withObject } from './resource.ts';

export interface Generated {
  readonly resource: Resource;
  /** What to do with one that is there already. */
  readonly behavior: string;
}

export function* generate(
  sys: Sys,
  folder: string,
  kind: 'ConfigMap' | 'Secret',
  spec: JsonObject,
  shared: JsonObject,
): Blocking<Generated> {
  if (textAt(spec, 'name') === '') throw new Error(`a ${kind.toLowerCase()} must have a name`);
  const entries = yield* entriesOf(sys, folder, spec);
  const options = optionsOf(spec, shared);
  const metadata = {
    name: textAt(spec, 'name'),
    ...(textAt(spec, 'namespace') === '' ? {} : { namespace: textAt(spec, 'namespace') }),
    ...part(options, 'labels'),
    ...part(options, 'annotations'),
  };
  const object: JsonObject = {
    apiVersion: 'v1',
    kind,
    metadata,
    ...(kind === 'Secret' ? secretData(entries) : configMapData(entries)),
    ...(kind === 'Secret' ? { type: textAt(spec, 'type') || 'Opaque' } : {}),
    ...(own(options, 'immutable') === true ? { immutable: true } : {}),
  };
  const resource = { object, names: [], hashed: own(options, 'disableNameSuffixHash') !== true };
  return { resource, behavior: textAt(spec, 'behavior') };
}

function part(options: JsonObject, key: string): JsonObject {
  const value = own(options, key);
  return isObject(value) && Object.keys(value).length > 0 ? { [key]: value } : {};
}

/** Its own options, on top of those of all generators. */
function optionsOf(spec: JsonObject, shared: JsonObject): JsonObject {
  const given = own(spec, 'options');
  const mine = isObject(given) ? given : {};
  const both = (key: string): JsonObject => ({ ...part(shared, key), ...part(mine, key) });
  const join = (key: string): JsonObject => {
    const [a, b] = [own(part(shared, key), key), own(both(key), key)];
    return { ...(isObject(a) ? a : {}), ...(isObject(b) ? b : {}) };
  };
  return { ...shared, ...mine, labels: join('labels'), annotations: join('annotations') };
}

function* entriesOf(sys: Sys, folder: string, spec: JsonObject): Blocking<readonly Entry[]> {
  const entries: Entry[] = [];
  const envs = [...texts(spec, 'envs'), ...(textAt(spec, 'env') === '' ? [] : [textAt(spec, 'env')])];
  for (const file of envs) {
    const path = joinPath(folder, file);
    confirmFile(sys, `env source files: [${envs.join(' ')}]`, path);
    entries.push(...(yield* envFileEntries(sys, path, 'config')));
  }
  for (const source of texts(spec, 'files')) {
    const equals = source.indexOf('=');
    const path = joinPath(folder, source.slice(equals + 1));
    confirmFile(sys, `file sources: [${source}]`, path);
    entries.push(...(yield* fileEntries(sys, equals < 0 ? path : `${source.slice(0, equals)}=${path}`)));
  }
  const literals = texts(spec, 'literals');
  for (const literal of literals) entries.push(unquoted(literalOf(literal, literals)));
  return entries;
}

function literalOf(literal: string, all: readonly string[]): Entry {
  try {
    return literalEntry(literal);
  } catch (error) {
    throw new Error(`loading KV pairs: literal sources [${all.join(' ')}]: ${asError(error).message}`);
  }
}

function confirmFile(sys: Sys, sources: string, path: string): void {
  if (statOf(sys, path) !== undefined) return;
  const full = resolvePath(sys.cwd(), path);
  const reason = `evalsymlink failure on '${full}' : lstat ${full}: no such file or directory`;
  throw new Error(`loading KV pairs: ${sources}: ${reason}`);
}

/** `a="b c"`: quotes around a literal don't belong to it. */
function unquoted({ key, value }: Entry): Entry {
  const text = new TextDecoder().decode(value);
  const quoted = /^(["'])([\s\S]*)\1$/.exec(text);
  return quoted === null ? { key, value } : { key, value: new TextEncoder().encode(quoted[2] ?? '') };
}

function configMapData(entries: readonly Entry[]): JsonObject {
  const data = entries.flatMap(({ key, value }) => {
    const text = utf8Text(value);
    return text === undefined ? [] : [[key, text] as const];
  });
  const binary = entries.filter(({ value }) => utf8Text(value) === undefined);
  return {
    ...(data.length === 0 ? {} : { data: Object.fromEntries(data) }),
    ...(binary.length === 0
      ? {}
      : { binaryData: Object.fromEntries(binary.map(({ key, value }) => [key, encodeBase64(value)])) }),
  };
}

function secretData(entries: readonly Entry[]): JsonObject {
  if (entries.length === 0) return {};
  return { data: Object.fromEntries(entries.map(({ key, value }) => [key, encodeBase64(value)])) };
}

/** The name with the hash of what it holds at its end. */
export function withHash(resource: Resource): Resource {
  if (!resource.hashed) return resource;
  // The name has no part in it, so that all layers on top come to the same hash.
  const nameless = changeAt(resource.object, 'metadata/name', true, () => '');
  const hash = kindOf(resource) === 'Secret' ? secretHash(nameless) : configMapHash(nameless);
  const name = `${nameOf(resource)}-${hash}`;
  return {
    ...withObject(
      resource,
      changeAt(resource.object, 'metadata/name', true, () => name),
    ),
    hashed: false,
  };
}
