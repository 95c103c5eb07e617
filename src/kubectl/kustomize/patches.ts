// A kustomization's patches: parts of objects that are merged in, or JSON patches for what a target selects.

import { quote } from '../../../sandbox/kube/go/text.ts';
import { isArray, isObject, type JsonObject, type JsonValue, own, withKey } from '../../../sandbox/kube/json.ts';
import { applyJsonPatch } from '../../../sandbox/kube/patch/jsonpatch.ts';
import { parseLabelSelector } from '../../../sandbox/kube/selectors/labelselectorparser.ts';
import { type Labels, matchesLabels } from '../../../sandbox/kube/selectors/labelselectors.ts';
import { StatusError } from '../../../sandbox/kube/status.ts';
import { asError } from '../errors.ts';
import { typeOf } from '../resource/typed.ts';
import { parseYaml } from '../text/yaml.ts';
import { objectsIn } from './loading.ts';
import { merged } from './merge.ts';
import { objectAt, textAt } from './paths.ts';
import { matchesPattern } from './patterns.ts';
import { gvkOf, idText, isCalled, kindOf, type Resource, withObject } from './resource.ts';

export interface Patch {
  readonly part: JsonObject;
  readonly target: JsonObject | undefined;
  /** allowNameChange, allowKindChange. */
  readonly options: JsonObject;
}

interface Operations {
  readonly operations: JsonValue;
  readonly target: JsonObject | undefined;
  readonly source: string;
}

/** What a patch is, besides its text. */
interface PatchOrigin {
  /** `[path: "p.yaml"]`, for messages. */
  readonly source: string;
  readonly target: JsonObject | undefined;
  readonly options: JsonObject;
}

/** Parts of objects, or a JSON patch. Throws for what is neither. */
export function parsePatch(text: string, { source, target, options }: PatchOrigin): readonly (Patch | Operations)[] {
  const parts = tried(() => objectsIn(text).filter((part) => textAt(part, 'kind') !== ''));
  if (parts !== undefined && parts.length > 0) {
    if (target !== undefined && parts.length > 1) {
      const what =
        'Multiple Strategic-Merge Patches in one `patches` entry is not allowed to set `patches.target` field';
      throw new Error(`${what}: ${source}`);
    }
    return parts.map((part) => ({ part, target, options }));
  }
  const operations = tried((): JsonValue => (text.startsWith('[') ? JSON.parse(text) : parseYaml(text)));
  if (!isArray(operations)) throw new Error(`unable to parse SM or JSON patch from ${source}`);
  return [{ operations, target, source }];
}

function tried<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/** The resources after the patch. Throws when a part has no resource to go into. */
export function patched(resources: readonly Resource[], patch: Patch | Operations): readonly Resource[] {
  if ('operations' in patch) {
    if (patch.target === undefined) throw new Error(`must specify a target for JSON patch ${patch.source}`);
    return patchedByOperations(resources, patch.operations, patch.target);
  }
  const { part, target } = patch;
  const chosen =
    target === undefined
      ? resources.filter((each) => isSame(each, part))
      : resources.filter((each) => isTarget(each, target));
  if (target === undefined && chosen.length === 0) {
    const id = idText({ object: part, names: [], hashed: false });
    throw new Error(
      `no resource matches strategic merge patch ${quote(id)}: no matches for Id ${id}; failed to find unique target for patch ${id}`,
    );
  }
  return resources.flatMap((each) => (chosen.includes(each) ? withPart(each, patch) : [each]));
}

export function patchedByOperations(
  resources: readonly Resource[],
  operations: JsonValue,
  target: JsonObject,
): readonly Resource[] {
  return resources.map((each) => (isTarget(each, target) ? withOperations(each, operations) : each));
}

function withOperations(resource: Resource, operations: JsonValue): Resource {
  const { document } = operated(resource.object, operations);
  return isObject(document) ? withObject(resource, document) : resource;
}

function operated(object: JsonObject, operations: JsonValue): { readonly document: JsonValue } {
  try {
    return applyJsonPatch(object, operations);
  } catch (error) {
    const texts =
      error instanceof StatusError ? error.status.details?.causes?.map(({ message }) => message ?? '') : undefined;
    throw new Error(texts?.[0] ?? asError(error).message);
  }
}

function withPart(resource: Resource, { part, options }: Patch): readonly Resource[] {
  const type = typeOf(gvkOf(resource))?.type;
  const object = merged(resource.object, part, type);
  return object === undefined ? [] : [withObject(resource, identified(object, resource.object, options))];
}

/** A patch for many doesn't give them its own name or kind, unless it is allowed to. */
function identified(object: JsonObject, before: JsonObject, options: JsonObject): JsonObject {
  const metadata = objectAt(object, 'metadata');
  const kept = withKey(metadata, 'name', textAt(before, 'metadata/name'));
  const type = own(options, 'allowKindChange') === true ? object : before;
  return {
    ...object,
    apiVersion: own(before, 'apiVersion') ?? '',
    kind: own(type, 'kind') ?? '',
    metadata: own(options, 'allowNameChange') === true ? metadata : kept,
  };
}

function isSame(resource: Resource, part: JsonObject): boolean {
  const [a, b] = [gvkOf(resource), gvkOf({ object: part, names: [], hashed: false })];
  if (a.kind !== b.kind || a.group !== b.group || a.version !== b.version) return false;
  const namespace = textAt(part, 'metadata/namespace');
  const own = textAt(resource.object, 'metadata/namespace');
  return isCalled(resource, textAt(part, 'metadata/name')) && (namespace || 'default') === (own || 'default');
}

/** Whether a selector of patterns and labels means the resource, under any of its names. */
export function isTarget(resource: Resource, target: JsonObject): boolean {
  const { group, version } = gvkOf(resource);
  const fits = (wanted: string, texts: readonly string[]): boolean =>
    wanted === '' || texts.some((text) => matchesPattern(wanted, text));
  return (
    fits(textAt(target, 'group'), [group]) &&
    fits(textAt(target, 'version'), [version]) &&
    fits(textAt(target, 'kind'), [kindOf(resource)]) &&
    fits(textAt(target, 'name'), [textAt(resource.object, 'metadata/name'), ...resource.names]) &&
    fits(textAt(target, 'namespace'), [textAt(resource.object, 'metadata/namespace')]) &&
    selects(textAt(target, 'labelSelector'), own(resource.object, 'metadata'), 'labels') &&
    selects(textAt(target, 'annotationSelector'), own(resource.object, 'metadata'), 'annotations')
  );
}

function selects(selector: string, metadata: JsonValue | undefined, field: string): boolean {
  if (selector === '') return true;
  const entries = isObject(metadata) ? own(metadata, field) : undefined;
  // Labels and annotations are texts.
  return matchesLabels(parseLabelSelector(selector), (isObject(entries) ? entries : {}) as Labels);
}
