// What policies that validate and policies that change have in common: which are in force where, with which parameters,
// and what their expressions are shown.

import { compareText } from '../../../kube/go/text.ts';
import type { JsonObject, JsonValue } from '../../../kube/json.ts';
import type { KubeObject } from '../../../kube/meta.ts';
import { parseApiVersion, type ResourceType } from '../../../kube/resource.ts';
import { matchesLabels, selectorOf } from '../../../kube/selectors/labelselectors.ts';
import { StatusError } from '../../../kube/status.ts';
import { Namespaces } from '../../../schema/generated/resources.ts';
import type { V1MatchResources, V1ParamKind, V1ParamRef } from '../../../schema/generated/types.ts';
import type { Registry } from '../../registry.ts';
import type { Attributes } from '../chain.ts';
import type { Sight } from '../expressions/evaluation.ts';
import { asMade, isNamespace, type Matched, matchesSelectors, matchRules, namespaceOf } from '../matching.ts';
import { requestOf, shownIn, shownObjects } from '../request.ts';

export interface PolicyDeps {
  readonly registry: Registry;
  /** How many objects there are of a kind: cheap. */
  readonly count: (type: ResourceType) => number;
}

/** A policy can't be used; what then happens is for its failure policy to say. */
export class ConfigurationProblem {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** Policies and bindings aren't subject to themselves: nobody could mend a bad one. */
export function isExempt({ served }: Attributes): boolean {
  return served.type.group === 'admissionregistration.k8s.io';
}

interface Binding extends KubeObject {
  readonly spec?: { readonly policyName?: string };
}

/** Each policy that has bindings, with them, by name. */
export function boundPolicies<P extends KubeObject, B extends Binding>(
  { context }: Attributes,
  policies: ResourceType<P>,
  bindings: ResourceType<B>,
): readonly { readonly policy: P; readonly bindings: readonly B[] }[] {
  const bound = [...context.list<B>(bindings, undefined)].sort(byName);
  return [...context.list<P>(policies, undefined)]
    .sort(byName)
    .map((policy) => ({ policy, bindings: bound.filter(({ spec }) => spec?.policyName === policy.metadata?.name) }))
    .filter((each) => each.bindings.length > 0);
}

function byName(a: KubeObject, b: KubeObject): number {
  return compareText(a.metadata?.name ?? '', b.metadata?.name ?? '');
}

/** Whether the request is one of those; without rules it is, as it was made. Throws ConfigurationProblem. */
export function matchResources(
  match: V1MatchResources | undefined,
  attributes: Attributes,
  { registry }: PolicyDeps,
): Matched | undefined {
  if (match === undefined) return asMade(attributes);
  const { resourceRules = [], excludeResourceRules = [], matchPolicy } = match;
  const how = { equivalent: matchPolicy === 'Equivalent', registry };
  if (matchRules(excludeResourceRules, attributes, how) !== undefined) return undefined;
  const matched = resourceRules.length === 0 ? asMade(attributes) : matchRules(resourceRules, attributes, how);
  return matched !== undefined && selected(match, attributes) ? matched : undefined;
}

function selected(match: V1MatchResources, attributes: Attributes): boolean {
  try {
    return matchesSelectors(match, attributes);
  } catch (error) {
    if (error instanceof StatusError) throw new ConfigurationProblem(error.message);
    throw error;
  }
}

/** The objects with which a binding parameterises its policy; null stands for none. Throws ConfigurationProblem. */
export function paramsOf(
  kind: V1ParamKind | undefined,
  ref: V1ParamRef | undefined,
  attributes: Attributes,
  { registry }: PolicyDeps,
): readonly JsonValue[] {
  if (kind === undefined) return [null];
  const { group, version } = parseApiVersion(kind.apiVersion ?? '');
  const served = registry.byKind(group, version, kind.kind ?? '');
  if (served === undefined) throw unknownKind(kind);
  if (ref === undefined) return [null];
  const { type } = served;
  if (!type.namespaced && (ref.namespace ?? '') !== '') {
    throw new ConfigurationProblem('paramRef.namespace must not be provided for a cluster-scoped `paramKind`');
  }
  const home = (ref.namespace ?? '') === '' ? namespaceOf(attributes) : ref.namespace;
  if (type.namespaced && home === '') {
    const why = 'cannot use namespaced paramRef in policy binding that matches cluster-scoped resources';
    throw new ConfigurationProblem(why);
  }
  const found = referred(ref, type, type.namespaced ? home : undefined, attributes);
  if (found.length === 0 && ref.parameterNotFoundAction === 'Deny') {
    throw new ConfigurationProblem('no params found for policy binding with `Deny` parameterNotFoundAction');
  }
  return found.map((object) => shownIn(served, object));
}

function unknownKind({ apiVersion = '', kind = '' }: V1ParamKind): ConfigurationProblem {
  return new ConfigurationProblem(`failed to find resource referenced by paramKind: '${apiVersion}, Kind=${kind}'`);
}

function referred(
  { name = '', selector }: V1ParamRef,
  type: ResourceType,
  namespace: string | undefined,
  { context }: Attributes,
): readonly KubeObject[] {
  if (name !== '') {
    const found = context.get(type, namespace, name);
    return found === undefined ? [] : [found];
  }
  const parsed = selectorOf(selector ?? {});
  return [...context.list(type, namespace)]
    .filter(({ metadata }) => matchesLabels(parsed, metadata?.labels))
    .sort(byName);
}

/** What expressions see of a request, but parameters. */
export function sightOf(attributes: Attributes, matched: Matched): Omit<Sight, 'params'> {
  const { served, subresource, name, caller } = attributes;
  return {
    ...shownObjects(attributes, matched),
    request: requestOf(attributes, matched),
    namespaceObject: namespaceJson(attributes),
    user: caller.user,
    resource: {
      group: served.type.group,
      resource: served.type.resource,
      subresource,
      namespace: namespaceOf(attributes),
      name,
      fieldSelector: '',
      labelSelector: '',
    },
  };
}

/** A namespace has none around it. */
function namespaceJson(attributes: Attributes): JsonObject | null {
  const name = isNamespace(attributes.served) ? '' : namespaceOf(attributes);
  const home = name === '' ? undefined : attributes.context.get(Namespaces, undefined, name);
  if (home === undefined) return null;
  const { managedFields: _, ownerReferences: __, ...metadata } = home.metadata ?? {};
  return { metadata, spec: home.spec ?? {}, status: home.status ?? {} };
}
