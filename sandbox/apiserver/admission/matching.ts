// Which requests a policy or a webhook is about: operations, resources, names, scopes, labels. With `Equivalent`, a rule
// about one version of a resource is also about requests in its others, which are then shown in that version.

import type { GroupVersionKind, ResourceType } from '../../kube/resource.ts';
import { groupResource } from '../../kube/resource.ts';
import type { V1LabelSelector } from '../../kube/selectors/labelselectors.ts';
import { matchesEverything, matchesLabels, selectorOf } from '../../kube/selectors/labelselectors.ts';
import { notFound } from '../../kube/status.ts';
import { Namespaces } from '../../schema/generated/resources.ts';
import type { V1NamedRuleWithOperations } from '../../schema/generated/types.ts';
import type { Registry, Served } from '../registry.ts';
import type { Attributes } from './chain.ts';

/** A request as a rule sees it. */
export interface Matched {
  /** The version in which objects are shown. */
  readonly served: Served;
  readonly resource: Pick<ResourceType, 'group' | 'version' | 'resource'>;
  readonly kind: GroupVersionKind;
}

export interface Selectors {
  readonly namespaceSelector?: V1LabelSelector;
  readonly objectSelector?: V1LabelSelector;
}

/** Where the request is; a namespace is in itself. */
export function namespaceOf({ namespace, name, served, object }: Attributes): string {
  if (!isNamespace(served)) return namespace ?? '';
  return name === '' ? (object?.metadata?.name ?? '') : name;
}

export function isNamespace({ type }: Served): boolean {
  return type.group === '' && type.resource === 'namespaces';
}

/** The request as it was made. */
export function asMade({ served, subresource }: Attributes, shown: Served = served): Matched {
  const { group, version, resource, kind } = shown.type;
  const part = shown.subresources.find(({ name }) => name === subresource);
  const own = { group: part?.group ?? group, version: part?.version ?? version, kind: part?.kind ?? kind };
  return { served: shown, resource: { group, version, resource }, kind: own };
}

export function matchRules(
  rules: readonly V1NamedRuleWithOperations[],
  attributes: Attributes,
  { equivalent, registry }: { readonly equivalent: boolean; readonly registry: Registry },
): Matched | undefined {
  const made = asMade(attributes);
  if (rules.some((rule) => matchesRule(rule, attributes, made.served.type))) return made;
  if (!equivalent) return undefined;
  const others = equivalents(attributes.served, registry);
  for (const rule of rules) {
    const other = others.find(({ type }) => matchesRule(rule, attributes, type));
    if (other !== undefined) return asMade(attributes, other);
  }
  return undefined;
}

/** The same objects in other versions. */
function equivalents(served: Served, registry: Registry): readonly Served[] {
  const { kind, type } = served;
  const stored = groupResource(kind.type);
  return registry
    .all()
    .filter((other) => groupResource(other.kind.type) === stored && other.type !== type && !isSame(other.type, type));
}

function isSame(a: ResourceType, b: ResourceType): boolean {
  return a.group === b.group && a.version === b.version && a.resource === b.resource;
}

function matchesRule(rule: V1NamedRuleWithOperations, attributes: Attributes, type: ResourceType): boolean {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], resourceNames = [], scope = '*' } = rule;
  return (
    includes(operations, attributes.verb) &&
    includes(apiGroups, type.group) &&
    includes(apiVersions, type.version) &&
    resources.some((text) => matchesResource(text, type.resource, attributes.subresource)) &&
    inScope(scope, attributes) &&
    (resourceNames.length === 0 || resourceNames.includes(attributes.name))
  );
}

function includes(list: readonly string[], value: string): boolean {
  return list.includes('*') || list.includes(value);
}

/** `pods`, `pods/status`, `pods/*`, `*`, `*\/*`: without a part it is about objects themselves only. */
function matchesResource(text: string, resource: string, subresource: string): boolean {
  const [wanted = '', part = ''] = text.split('/');
  return (wanted === '*' || wanted === resource) && (part === '*' || part === subresource);
}

function inScope(scope: string, attributes: Attributes): boolean {
  if (scope === '*') return true;
  const inNamespace = !isNamespace(attributes.served) && namespaceOf(attributes) !== '';
  return scope === 'Namespaced' ? inNamespace : !inNamespace;
}

/** Throws NotFound when the namespace isn't there, whose labels count. */
export function matchesSelectors(selectors: Selectors, attributes: Attributes): boolean {
  return (
    matchesNamespace(selectors.namespaceSelector, attributes) && matchesObject(selectors.objectSelector, attributes)
  );
}

function matchesNamespace(selector: V1LabelSelector | undefined, attributes: Attributes): boolean {
  const { served, object, context, verb, subresource } = attributes;
  const parsed = selectorOf(selector ?? {});
  if (matchesEverything(parsed)) return true;
  const name = namespaceOf(attributes);
  if (name === '' && !isNamespace(served)) return true;
  const isWritten = isNamespace(served) && subresource === '' && (verb === 'CREATE' || verb === 'UPDATE');
  if (isWritten) return matchesLabels(parsed, object?.metadata?.labels);
  const home = context.get(Namespaces, undefined, name);
  if (home === undefined) throw notFound({ group: '', kind: 'namespaces', name });
  return matchesLabels(parsed, home.metadata?.labels);
}

function matchesObject(selector: V1LabelSelector | undefined, { object, old }: Attributes): boolean {
  const parsed = selectorOf(selector ?? {});
  if (matchesEverything(parsed)) return true;
  return [object, old].some((each) => each !== undefined && matchesLabels(parsed, each.metadata?.labels));
}
