// A kustomization's patches: parts of objects that are merged in, or JSON patches for what a target selects.

import { isObject, type JsonObject, type JsonValue, own, withKey } from '../../../sandbox/kube/json.ts';
import { applyJsonPatch } from '../../../sandbox/kube/jsonpatch.ts';
import { parseLabelSelector } from '../../../sandbox/kube/labelselectorparser.ts';
import { type Labels, matchesLabels } from '../../../sandbox/kube/labelselectors.ts';
import { StatusError } from '../../../sandbox/kube/status.ts';
import { quote } from '../../../sandbox/kube/text.ts';
import { asError } from '../errors.ts';
import { typeOf } from '../resource/typed.ts';
import { merged } from './merge.ts';
import { textAt } from './paths.ts';
import { gvkOf, idText, isCalled, kindOf, type Resource, withObject } from './resource.ts';

export type Patch =
  | { readonly operations: JsonValue; readonly target: JsonObject }
  | { readonly part: JsonObject; readonly target: JsonObject | undefined };

/** The resources after the patch. Throws when a part has no resource to go into. */
export function patched(resources: readonly Resource[], patch: Patch): readonly Resource[] {
  if ('operations' in patch) {
    return resources.map((each) => (isTarget(each, patch.target) ? withOperations(each, patch.operations) : each));
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
  return resources.flatMap((each) => (chosen.includes(each) ? withPart(each, part) : [each]));
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

function withPart(resource: Resource, part: JsonObject): readonly Resource[] {
  const type = typeOf(gvkOf(resource))?.type;
  const object = merged(resource.object, part, type);
  return object === undefined ? [] : [{ ...resource, object: identified(object, resource.object) }];
}

/** A patch for many doesn't give them its own name or kind. */
function identified(object: JsonObject, before: JsonObject): JsonObject {
  const metadata = own(object, 'metadata');
  const kept = isObject(metadata) ? withKey(metadata, 'name', textAt(before, 'metadata/name')) : {};
  return {
    ...object,
    apiVersion: own(before, 'apiVersion') ?? '',
    kind: own(before, 'kind') ?? '',
    metadata: kept,
  };
}

function isSame(resource: Resource, part: JsonObject): boolean {
  const [a, b] = [gvkOf(resource), gvkOf({ object: part, names: [], hashed: false })];
  if (a.kind !== b.kind || a.group !== b.group || a.version !== b.version) return false;
  const namespace = textAt(part, 'metadata/namespace');
  const own = textAt(resource.object, 'metadata/namespace');
  return isCalled(resource, textAt(part, 'metadata/name')) && (namespace || 'default') === (own || 'default');
}

function isTarget(resource: Resource, target: JsonObject): boolean {
  const { group, version } = gvkOf(resource);
  const fits = (wanted: string, texts: readonly string[]): boolean =>
    wanted === '' || texts.some((text) => matches(wanted, text));
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

/** Names are patterns: alternatives, and `.*` for anything. Other signs of regular expressions stand for themselves. */
function matches(pattern: string, text: string): boolean {
  return pattern.split('|').some((each) => matchesPieces(each.replace(/^\^|\$$/g, '').split('.*'), text));
}

function matchesPieces(pieces: readonly string[], text: string): boolean {
  const [first = '', ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  const end = text.length - last.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}
