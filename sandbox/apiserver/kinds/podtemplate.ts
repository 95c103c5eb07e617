// PodTemplate: a template for pods, kept for whoever makes pods from it.

import { sameJson } from '../../kube/json.ts';
import { dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { PodTemplates } from '../../schema/generated/resources.ts';
import type { V1PodTemplate, V1PodTemplateSpec } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { labelsCell, nameColumn, text } from './shared/columns.ts';
import { CORE_DEFAULTS } from './shared/coredefaults.ts';
import { defaulter } from './shared/defaults.ts';
import { withGeneration } from './shared/metaparts.ts';
import { templateWithoutDisabled } from './shared/pod/disabled.ts';
import { podTemplate } from './shared/pod/template.ts';
import { templateWarnings } from './shared/pod/warnings.ts';

const NAMED = { namespaced: true, name: nameRule(dns1123Subdomain) };

export const podTemplates = defineKind<V1PodTemplate>({
  type: PodTemplates,
  strategy: {
    defaults: defaulter<V1PodTemplate>('core.v1.PodTemplate', CORE_DEFAULTS),
    prepareCreate: (object) => withGeneration(withTemplate(object), 1),
    prepareUpdate: (next, current) => {
      const kept = withTemplate(next);
      const { generation = 0 } = current.metadata ?? {};
      return sameJson(kept.template, current.template) ? kept : withGeneration(kept, generation + 1);
    },
    validate: function* (object) {
      yield* metaErrors(object, NAMED);
      yield* podTemplate('template', object.template ?? {});
    },
    validateUpdate: function* (next, current) {
      yield* metaUpdateErrors(next, current);
      yield* podTemplate('template', next.template ?? {});
    },
    warnings: (next, current) =>
      current !== undefined && current.metadata?.generation === next.metadata?.generation
        ? []
        : templateWarnings('template', next.template),
  },
  answersDeleted: true,
  columns: [
    nameColumn(),
    text('Containers', ({ template }) =>
      containersOf(template)
        .map(({ name }) => name)
        .join(','),
    ),
    text('Images', ({ template }) =>
      containersOf(template)
        .map(({ image = '' }) => image)
        .join(','),
    ),
    text('Pod Labels', ({ template }) => labelsCell(template?.metadata?.labels)),
  ],
});

function withTemplate(object: V1PodTemplate): V1PodTemplate {
  return object.template === undefined ? object : { ...object, template: templateWithoutDisabled(object.template) };
}

function containersOf(template: V1PodTemplateSpec | undefined) {
  return template?.spec?.containers ?? [];
}
