// ResourceClaimTemplate: claims that are made for pods.

import { dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { Namespaces, ResourceClaimTemplates } from '../../schema/generated/resources.ts';
import type { V1ResourceClaimTemplate } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { adminErrors, CLAIM_DEFAULTS, claimErrors } from './devices/claimspec.ts';
import { immutableAs } from './shared/checks.ts';
import { ageColumn, nameColumn } from './shared/columns.ts';
import { defaulter } from './shared/defaults.ts';
import { templateMeta } from './shared/volumeclaims.ts';

const NAMED = { namespaced: true, name: nameRule(dns1123Subdomain) };

export const resourceClaimTemplates = defineKind<V1ResourceClaimTemplate>({
  type: ResourceClaimTemplates,
  strategy: {
    defaults: defaulter<V1ResourceClaimTemplate>('resource.v1.ResourceClaimTemplate', CLAIM_DEFAULTS),
    validate: function* (template, context) {
      const namespace = context.get(Namespaces, undefined, template.metadata?.namespace ?? '');
      yield* adminErrors(template.spec?.spec?.devices, 'spec.spec.devices', namespace?.metadata);
      yield* metaErrors(template, NAMED);
      yield* templateMeta('spec.metadata', template.spec?.metadata ?? {});
      yield* claimErrors(template.spec?.spec?.devices, 'spec.spec.devices');
    },
    validateUpdate: function* (next, current) {
      yield* metaUpdateErrors(next, current);
      yield* immutableAs('resource.ResourceClaimTemplateSpec', 'spec', next.spec, current.spec);
    },
  },
  answersDeleted: true,
  columns: [nameColumn(), ageColumn()],
});
