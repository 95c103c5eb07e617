// A template for pods, as workloads have it, and what it shares with pods.

import { compareText } from '../../../sandbox/kube/go/text.ts';
import { describeLabelSelector } from '../../../sandbox/kube/selectors/labelselectors.ts';
import type { V1PodTemplateSpec, V1TopologySpreadConstraint } from '../../../sandbox/schema/generated/types.ts';
import { containers } from './containers.ts';
import type { Page } from './page.ts';
import { annotations, labels, tolerations } from './parts.ts';
import { volumes } from './volumes.ts';

export function podTemplate(page: Page, template: V1PodTemplateSpec | undefined): void {
  page.line(0, 'Pod Template:');
  if (template === undefined) {
    page.write(1, '<unset>');
    return;
  }
  const { metadata, spec } = template;
  labels(page, '  Labels', metadata?.labels);
  if (Object.keys(metadata?.annotations ?? {}).length > 0) annotations(page, '  Annotations', metadata?.annotations);
  if (spec?.serviceAccountName) page.line(1, `Service Account:\t${spec.serviceAccountName}`);
  const { initContainers = [] } = spec ?? {};
  if (initContainers.length > 0) containers(page, 'Init Containers', initContainers, undefined, undefined, '  ');
  containers(page, 'Containers', spec?.containers ?? [], undefined, undefined, '  ');
  volumes(page, spec?.volumes, '  ');
  spreadConstraints(page, spec?.topologySpreadConstraints, '  ');
  if (spec?.priorityClassName) page.line(1, `Priority Class Name:\t${spec.priorityClassName}`);
  labels(page, '  Node-Selectors', spec?.nodeSelector);
  tolerations(page, '  Tolerations', spec?.tolerations);
}

export function spreadConstraints(
  page: Page,
  list: readonly V1TopologySpreadConstraint[] | undefined,
  space = '',
): void {
  if (list === undefined || list.length === 0) return;
  page.write(0, `${space}Topology Spread Constraints:\t`);
  const inOrder = [...list].sort((a, b) => compareText(a.topologyKey, b.topologyKey));
  inOrder.forEach(({ topologyKey, whenUnsatisfiable, maxSkew, labelSelector }, i) => {
    if (i > 0) page.write(0, `${space}\t`);
    const selector = labelSelector === undefined ? '' : ` for selector ${describeLabelSelector(labelSelector)}`;
    page.line(0, `${topologyKey}:${whenUnsatisfiable} when max skew ${maxSkew} is exceeded${selector}`);
  });
}
