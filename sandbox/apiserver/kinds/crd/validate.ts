// What is wrong with a CustomResourceDefinition. What all versions have alike counts as said once for all of them, and
// is named so in errors: `spec.validation`, not `spec.versions[0].schema`.

import { shownEmpty } from '../../../kube/emptied.ts';
import {
  at,
  atKey,
  type FieldError,
  forbiddenField,
  invalid,
  notSupported,
  required,
  type ShownAs,
} from '../../../kube/fielderrors.ts';
import { type JsonObject, own, sameJson, withoutKey } from '../../../kube/json.ts';
import { dns1035Label, dns1123Subdomain } from '../../../kube/names.ts';
import type {
  V1CustomResourceConversion,
  V1CustomResourceDefinition,
  V1CustomResourceDefinitionNames,
  V1CustomResourceDefinitionSpec,
  V1CustomResourceDefinitionVersion,
} from '../../../schema/generated/types.ts';
import { isEstablished } from '../../customresources/served.ts';
import { type Errors, immutable } from '../shared/checks.ts';
import { shownInternally } from '../shared/internal.ts';
import { webhookClient } from '../shared/webhookclients.ts';
import { columnErrors, selectableErrors, subresourceErrors } from './parts.ts';
import { schemaErrors } from './schema.ts';

type Versions = readonly V1CustomResourceDefinitionVersion[];

/** The definition with the lists that everything else counts on: nothing says that they were sent. */
function whole(crd: V1CustomResourceDefinition): V1CustomResourceDefinition {
  return { ...crd, spec: { ...crd.spec, versions: crd.spec?.versions ?? [] } };
}

export function* definitionErrors(sent: V1CustomResourceDefinition): Errors {
  const crd = whole(sent);
  const { metadata = {}, spec } = crd;
  const wanted = `${spec.names?.plural ?? ''}.${spec.group ?? ''}`;
  if ((metadata.name ?? '') !== '' && metadata.name !== wanted) {
    yield invalid('metadata.name', metadata.name ?? '', 'must be spec.names.plural+"."+spec.group');
  }
  yield* specErrors(spec, sent.spec?.versions);
  yield* storedErrors(crd);
  yield* approvalErrors(crd);
  yield* preserveErrors(spec);
}

export function* definitionUpdateErrors(sent: V1CustomResourceDefinition, current: V1CustomResourceDefinition): Errors {
  const next = whole(sent);
  const { spec } = next;
  yield* specErrors(spec, sent.spec?.versions);
  if (isEstablished(current)) {
    yield* immutable('spec.scope', spec.scope, current.spec.scope);
    yield* immutable('spec.names.kind', spec.names.kind, current.spec.names.kind);
  }
  yield* immutable('spec.group', spec.group, current.spec.group);
  yield* immutable('spec.names.plural', spec.names.plural, current.spec.names.plural);
  yield* storedErrors(next);
  if (approvalOf(next) !== approvalOf(current)) yield* approvalErrors(next);
  if (current.spec.preserveUnknownFields !== true) yield* preserveErrors(spec);
}

const SCOPES = ['Cluster', 'Namespaced'];

/** `sent`: the versions as they came, which messages show. */
function* specErrors(spec: V1CustomResourceDefinitionSpec, sent: Versions | undefined): Errors {
  yield* groupErrors(spec.group);
  if ((spec.scope ?? '') === '') yield required('spec.scope');
  else if (!SCOPES.includes(spec.scope)) yield notSupported('spec.scope', spec.scope, SCOPES);
  for (const [i, { schema }] of spec.versions.entries()) {
    if (schema?.openAPIV3Schema === undefined) yield required(at('spec.versions', i, 'schema', 'openAPIV3Schema'));
  }
  yield* versionsErrors(spec, sent);
  const names = spec.names ?? { plural: '', kind: '' };
  yield* neededNames(names);
  yield* nameErrors(names, 'spec.names');
  yield* sharedErrors(spec);
  yield* conversionErrors(spec.conversion);
}

function* groupErrors(group = ''): Errors {
  const problems = dns1123Subdomain(group);
  if (group === '') yield required('spec.group');
  else if (problems.length > 0) yield invalid('spec.group', group, problems.join(','));
  else if (!group.includes('.')) yield invalid('spec.group', group, 'should be a domain with at least one dot');
}

/** Whether all versions have the same of it, so that it counts as the definition's own. */
function isShared<K extends keyof V1CustomResourceDefinitionVersion>(
  versions: readonly V1CustomResourceDefinitionVersion[],
  name: K,
): boolean {
  return versions.every((version) => sameJson(version[name] as never, versions[0]?.[name] as never));
}

function* versionsErrors({ versions }: V1CustomResourceDefinitionSpec, sent: Versions | undefined): Errors {
  const field = 'spec.versions';
  const firstWrong: FieldError[] = [];
  for (const [i, version] of versions.entries()) {
    const problems = dns1035Label(version.name);
    if (problems.length > 0) {
      yield invalid(at(field, i, 'name'), version.name, problems.join(','));
      if (i === 0 && version.name !== '') firstWrong.push(invalid('spec.version', version.name, problems.join(',')));
    }
    yield* versionErrors(version, at(field, i), versions);
  }
  const names = versions.map(({ name }) => name);
  if (new Set(names).size < names.length)
    yield invalid(field, shownVersions(sent), 'must contain unique version names');
  if (versions.filter(({ storage }) => storage).length !== 1) {
    yield invalid(field, shownVersions(sent), 'must have exactly one version marked as storage version');
  }
  yield* firstWrong;
}

/** Versions as the server holds them inside: what all have alike stands elsewhere. */
function shownVersions(versions: Versions | undefined): ShownAs {
  if (!versions) return shownInternally('[]apiextensions.CustomResourceDefinitionVersion', undefined);
  const shared = PARTS.filter((name) => isShared(versions, name));
  const own = versions.map((version) => shared.reduce(withoutKey, version));
  return shownInternally('[]apiextensions.CustomResourceDefinitionVersion', own);
}

const PARTS = ['schema', 'subresources', 'additionalPrinterColumns', 'selectableFields'] as const;

function* versionErrors(
  version: V1CustomResourceDefinitionVersion,
  field: string,
  versions: readonly V1CustomResourceDefinitionVersion[],
): Errors {
  const { deprecated, deprecationWarning } = version;
  if (deprecationWarning !== undefined)
    yield* deprecationErrors(deprecated === true, deprecationWarning, at(field, 'deprecationWarning'));
  const schema = version.schema?.openAPIV3Schema;
  if (!isShared(versions, 'schema') && schema !== undefined) {
    yield* schemaErrors(schema, at(field, 'schema', 'openAPIV3Schema'), version.subresources?.status !== undefined);
  }
  if (!isShared(versions, 'subresources')) yield* subresourceErrors(version.subresources, at(field, 'subresources'));
  if (!isShared(versions, 'additionalPrinterColumns')) {
    yield* columnErrors(version.additionalPrinterColumns ?? [], at(field, 'additionalPrinterColumns'));
  }
  if (!isShared(versions, 'selectableFields')) {
    const why = 'may only be set when `version.schema.openAPIV3Schema` is not included';
    yield* selectedErrors(version, schema, at(field, 'selectableFields'), why);
  }
}

/** `why` there may be no selectable fields where there is no schema. */
function* selectedErrors(
  { selectableFields = [] }: V1CustomResourceDefinitionVersion,
  schema: JsonObject | undefined,
  field: string,
  why: string,
): Errors {
  if (selectableFields.length === 0) return;
  if (schema === undefined) yield invalid(field, '', why);
  else yield* selectableErrors(selectableFields, schema, field);
}

function* deprecationErrors(deprecated: boolean, warning: string, field: string): Errors {
  if (!deprecated) yield invalid(field, warning, 'can only be set for deprecated versions');
  else if (warning.length > 256) yield invalid(field, warning, 'must be <= 256 characters long');
  else if (warning === '') yield invalid(field, warning, 'must not be an empty string');
}

/** What all versions have alike. */
function* sharedErrors({ versions }: V1CustomResourceDefinitionSpec): Errors {
  const [first] = versions;
  if (first === undefined) return;
  const schema = first.schema?.openAPIV3Schema;
  const status = versions.some(({ subresources }) => subresources?.status !== undefined);
  if (isShared(versions, 'schema') && schema !== undefined) {
    yield* schemaErrors(schema, 'spec.validation.openAPIV3Schema', status);
  }
  if (isShared(versions, 'subresources')) yield* subresourceErrors(first.subresources, 'spec.subresources');
  if (isShared(versions, 'additionalPrinterColumns')) {
    yield* columnErrors(first.additionalPrinterColumns ?? [], 'spec.additionalPrinterColumns');
  }
  if (isShared(versions, 'selectableFields')) {
    const why = 'may only be set when validations.schema is included';
    yield* selectedErrors(first, first.schema && (schema ?? {}), 'spec.selectableFields', why);
  }
}

function* neededNames({ plural, singular, kind, listKind }: V1CustomResourceDefinitionNames): Errors {
  for (const [name, value] of [
    ['plural', plural],
    ['singular', singular],
    ['kind', kind],
    ['listKind', listKind],
  ] as const) {
    if ((value ?? '') === '') yield required(at('spec.names', name));
  }
}

export function* nameErrors(names: V1CustomResourceDefinitionNames, field: string): Errors {
  const { plural = '', singular = '', kind = '', listKind = '', shortNames = [], categories = [] } = names;
  yield* labelled(at(field, 'plural'), plural);
  yield* labelled(at(field, 'singular'), singular);
  yield* labelled(at(field, 'kind'), kind, 'may have mixed case, but should otherwise match: ');
  yield* labelled(at(field, 'listKind'), listKind, 'may have mixed case, but should otherwise match: ');
  for (const [i, name] of shortNames.entries()) yield* labelled(at(field, 'shortNames', i), name);
  if (kind !== '' && kind === listKind)
    yield invalid(at(field, 'listKind'), listKind, 'kind and listKind may not be the same');
  for (const [i, name] of categories.entries()) yield* labelled(at(field, 'categories', i), name);
}

function* labelled(field: string, value: string, mixed = ''): Iterable<FieldError> {
  const problems = value === '' ? [] : dns1035Label(mixed === '' ? value : value.toLowerCase());
  if (problems.length > 0) yield invalid(field, value, `${mixed}${problems.join(',')}`);
}

const STRATEGIES = ['None', 'Webhook'];
const REVIEWS = ['v1', 'v1beta1'];

function* conversionErrors(conversion: V1CustomResourceConversion | undefined): Errors {
  if (conversion === undefined) return;
  const { strategy, webhook } = conversion;
  const field = 'spec.conversion';
  const client = at(field, 'webhookClientConfig');
  if (!STRATEGIES.includes(strategy)) yield notSupported(at(field, 'strategy'), strategy, STRATEGIES);
  if (strategy !== 'Webhook') {
    const detail = 'should not be set when strategy is not set to Webhook';
    if (webhook?.clientConfig !== undefined) yield forbiddenField(client, detail);
    if ((webhook?.conversionReviewVersions ?? []).length > 0)
      yield forbiddenField(at(field, 'conversionReviewVersions'), detail);
    return;
  }
  if (webhook?.clientConfig === undefined) yield required(client, 'required when strategy is set to Webhook');
  else yield* webhookClient(webhook.clientConfig, client);
  yield* reviewErrors(webhook?.conversionReviewVersions ?? [], at(field, 'conversionReviewVersions'));
}

function* reviewErrors(versions: readonly string[], field: string): Errors {
  if (versions.length === 0) {
    yield required(field);
    return;
  }
  for (const [i, version] of versions.entries()) {
    if (versions.indexOf(version) < i) yield invalid(at(field, i), version, 'duplicate version');
    else for (const problem of dns1035Label(version)) yield invalid(at(field, i), version, problem);
  }
  if (!versions.some((version) => REVIEWS.includes(version))) {
    yield invalid(field, [...versions], `must include at least one of ${REVIEWS.join(', ')}`);
  }
}

function* storedErrors({ spec, status }: V1CustomResourceDefinition): Errors {
  const field = 'status.storedVersions';
  const stored = status?.storedVersions ?? [];
  if (stored.length === 0)
    yield invalid(field, shownEmpty(status, 'storedVersions', '[]'), 'must have at least one stored version');
  const left = new Set(stored);
  for (const { name, storage } of spec.versions) {
    const isStored = left.delete(name);
    if (stored.length > 0 && storage && !isStored)
      yield invalid(field, [...stored], `must have the storage version ${name}`);
  }
  const known = new Set(spec.versions.map(({ name }) => name));
  for (const [i, name] of stored.entries()) {
    if (known.has(name)) continue;
    const why = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
    yield invalid(at(field, i), name, why);
  }
}

const APPROVED = 'api-approved.kubernetes.io';

function approvalOf({ metadata }: V1CustomResourceDefinition): string {
  return own(metadata?.annotations, APPROVED) ?? '';
}

/** Groups of the community itself say who approved of them. */
function* approvalErrors(crd: V1CustomResourceDefinition): Errors {
  const { group } = crd.spec;
  const isProtected = ['k8s.io', 'kubernetes.io'].some((domain) => group === domain || group?.endsWith(`.${domain}`));
  if (!isProtected) return;
  const field = atKey('metadata.annotations', APPROVED);
  const approval = approvalOf(crd);
  const see = 'see https://github.com/kubernetes/enhancements/pull/1111';
  if (approval === '') {
    yield required(field, `protected groups must have approval annotation ${JSON.stringify(APPROVED)}, ${see}`);
  } else if (!approval.startsWith('unapproved') && !/^https?:\/\/[^/\s]+/.test(approval)) {
    const why = `protected groups must have approval annotation ${JSON.stringify(APPROVED)} with either a URL or a reason starting with "unapproved", ${see}`;
    yield invalid(field, approval, why);
  }
}

function* preserveErrors({ preserveUnknownFields }: V1CustomResourceDefinitionSpec): Errors {
  if (preserveUnknownFields !== true) return;
  const why = 'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
  yield invalid('spec.preserveUnknownFields', true, why);
}
