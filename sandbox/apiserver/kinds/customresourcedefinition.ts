// CustomResourceDefinition: a kind that a user declares. How its names and schemas come to be served stands in
// customresources/.

import { withCondition } from '../../kube/conditions.ts';
import { dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { CustomResourceDefinitions } from '../../schema/generated/resources.ts';
import type { V1CustomResourceDefinition, V1CustomResourceDefinitionSpec } from '../../schema/generated/types.ts';
import { CLEANUP } from '../customresources/controller.ts';
import { isKnownFormat } from '../customresources/formats.ts';
import { formatsOf } from '../customresources/jsonschema.ts';
import { defineKind } from '../kind.ts';
import { plainMetaErrors, plainMetaUpdateErrors } from '../metadata.ts';
import { definitionErrors, definitionUpdateErrors, nameErrors } from './crd/validate.ts';
import { keepStatus, raiseGeneration, withGeneration } from './shared/metaparts.ts';
import { statusPart } from './shared/statuspart.ts';

const NAMED = { namespaced: false, name: nameRule(dns1123Subdomain) };

export const customResourceDefinitions = defineKind<V1CustomResourceDefinition>({
  type: CustomResourceDefinitions,
  strategy: {
    defaults,
    prepareCreate: (crd) => withStored({ ...withGeneration(crd, 1), status: NO_STATUS }),
    prepareUpdate: (next, current) => withStored(raiseGeneration(keepStatus(next, current), current)),
    validate: function* (crd) {
      yield* plainMetaErrors(crd, NAMED);
      yield* definitionErrors(crd);
    },
    validateUpdate: function* (next, current) {
      yield* plainMetaUpdateErrors(next, current);
      yield* definitionUpdateErrors(next, current);
    },
    warnings,
    unconditionalUpdate: false,
    resetFields: ['status'],
  },
  subresources: {
    status: statusPart({
      defaults,
      validateUpdate: function* (next, current) {
        yield* plainMetaUpdateErrors(next, current);
        yield* nameErrors(next.status?.acceptedNames ?? NO_NAMES, 'status.acceptedNames');
      },
      unconditionalUpdate: false,
      resetFields: ['metadata', 'spec'],
    }),
  },
  departure: {
    isHeld: ({ metadata }) =>
      metadata?.deletionTimestamp === undefined || (metadata.finalizers ?? []).includes(CLEANUP),
    begin: marked,
  },
});

const NO_NAMES = { plural: '', kind: '' };
const NO_STATUS = { conditions: null, acceptedNames: NO_NAMES, storedVersions: null };

/** A definition that is to go waits for its objects. */
function marked(crd: V1CustomResourceDefinition): V1CustomResourceDefinition {
  const { finalizers = [], deletionTimestamp = '' } = crd.metadata ?? {};
  const terminating = {
    type: 'Terminating',
    status: 'True',
    reason: 'InstanceDeletionPending',
    message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
  };
  return {
    ...crd,
    metadata: { ...crd.metadata, finalizers: finalizers.includes(CLEANUP) ? finalizers : [...finalizers, CLEANUP] },
    status: { ...crd.status, conditions: withCondition(crd.status?.conditions ?? [], terminating, deletionTimestamp) },
  };
}

function defaults(crd: V1CustomResourceDefinition): V1CustomResourceDefinition {
  const { spec } = crd;
  if (spec?.names === undefined) return crd;
  const { kind, singular, listKind } = spec.names;
  const names = {
    ...spec.names,
    ...((singular ?? '') === '' && (kind ?? '') !== '' ? { singular: kind.toLowerCase() } : {}),
    ...((listKind ?? '') === '' && (kind ?? '') !== '' ? { listKind: `${kind}List` } : {}),
  };
  const ready = { ...crd, spec: { ...spec, names, conversion: conversionOf(spec) } };
  return (crd.status?.storedVersions ?? []).length === 0 ? withStored(ready) : ready;
}

function conversionOf({
  conversion,
}: V1CustomResourceDefinitionSpec): NonNullable<V1CustomResourceDefinitionSpec['conversion']> {
  if (conversion === undefined) return { strategy: 'None' };
  const service = conversion.webhook?.clientConfig?.service;
  if (conversion.webhook === undefined || service === undefined || service.port !== undefined) return conversion;
  const clientConfig = { ...conversion.webhook.clientConfig, service: { ...service, port: 443 } };
  return { ...conversion, webhook: { ...conversion.webhook, clientConfig } };
}

/** The version that is stored from now on is remembered: there may be objects in it. */
function withStored(crd: V1CustomResourceDefinition): V1CustomResourceDefinition {
  const version = crd.spec.versions?.find(({ storage }) => storage)?.name;
  const stored = crd.status?.storedVersions ?? [];
  if (version === undefined || stored.includes(version)) return crd;
  return { ...crd, status: { ...NO_STATUS, ...crd.status, storedVersions: [...stored, version] } };
}

function* warnings(
  next: V1CustomResourceDefinition,
  current: V1CustomResourceDefinition | undefined,
): Iterable<string> {
  const before = new Set(current === undefined ? [] : unknownFormats(current));
  for (const format of unknownFormats(next))
    if (!before.has(format)) yield `unrecognized format ${JSON.stringify(format)}`;
}

function unknownFormats({ spec }: V1CustomResourceDefinition): readonly string[] {
  const formats = spec.versions.flatMap(({ schema }) => formatsOf(schema?.openAPIV3Schema ?? {}));
  return [...new Set(formats)].filter((format) => !isKnownFormat(format)).sort();
}
