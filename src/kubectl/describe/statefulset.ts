// Describing stateful sets.

import { formatLabelSelector, selectorOf } from '../../../sandbox/kube/selectors/labelselectors.ts';
import { StatefulSets } from '../../../sandbox/schema/generated/resources.ts';
import type { V1PersistentVolumeClaim } from '../../../sandbox/schema/generated/types.ts';
import { getTyped } from '../resource/typed.ts';
import { type Describe, eventsAbout, eventsPart } from './describer.ts';
import { type Page, pageText } from './page.ts';
import { fullTime, goList, labels, metaOf } from './parts.ts';
import { storageClassOf } from './persistentvolumeclaim.ts';
import { podTemplate } from './podtemplate.ts';
import { marks, names, podCounts } from './workload.ts';

export const describeStatefulSet: Describe = function* (scope, namespace, name) {
  const set = yield* getTyped(scope.client, StatefulSets, namespace, name);
  const { spec, status } = set;
  const selector = formatLabelSelector(selectorOf(spec?.selector));
  const counts = yield* podCounts(scope, set, selector);
  const events = yield* eventsAbout(scope, StatefulSets.kind, set);
  return pageText((page) => {
    names(page, set);
    page.line(0, `CreationTimestamp:\t${fullTime(metaOf(set).creationTimestamp)}`);
    page.line(0, `Selector:\t${selector}`);
    marks(page, set);
    page.line(0, `Replicas:\t${spec?.replicas ?? 0} desired | ${status?.replicas ?? 0} total`);
    page.line(0, `Update Strategy:\t${spec?.updateStrategy?.type ?? ''}`);
    const { partition, maxUnavailable } = spec?.updateStrategy?.rollingUpdate ?? {};
    if (partition !== undefined) page.line(1, `Partition:\t${partition}`);
    if (partition !== undefined && maxUnavailable !== undefined) page.line(1, `MaxUnavailable:\t${maxUnavailable}`);
    page.line(0, `Pods Status:\t${counts}`);
    podTemplate(page, spec?.template ?? {});
    claimTemplates(page, spec?.volumeClaimTemplates);
    eventsPart(page, events, scope.now);
  });
};

function claimTemplates(page: Page, templates: readonly V1PersistentVolumeClaim[] | undefined): void {
  if (templates === undefined || templates.length === 0) {
    page.line(0, 'Volume Claims:\t<none>');
    return;
  }
  page.line(0, 'Volume Claims:');
  for (const template of templates) {
    const { name = '', labels: ownLabels, annotations: ownAnnotations } = metaOf(template);
    const { spec } = template;
    page.line(1, `Name:\t${name}`);
    page.line(1, `StorageClass:\t${storageClassOf(ownAnnotations, spec?.storageClassName)}`);
    labels(page, 'Labels', ownLabels, '  ');
    labels(page, 'Annotations', ownAnnotations, '  ');
    page.line(1, `Capacity:\t${spec?.resources?.requests?.['storage'] ?? '<default>'}`);
    page.line(1, `Access Modes:\t${goList(spec?.accessModes)}`);
  }
}
