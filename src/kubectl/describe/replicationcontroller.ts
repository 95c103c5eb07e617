// Describing replication controllers.

import { formatLabelSelector, selectorOfLabels } from '../../../sandbox/kube/selectors/labelselectors.ts';
import { ReplicationControllers } from '../../../sandbox/schema/generated/resources.ts';
import { labelsText } from '../printers/table.ts';
import { getTyped } from '../resource/typed.ts';
import { type Describe, eventsAbout, eventsPart } from './describer.ts';
import { pageText } from './page.ts';
import { podTemplate } from './podtemplate.ts';
import { marks, names, podCounts, reasonedConditions } from './workload.ts';

export const describeReplicationController: Describe = function* (scope, namespace, name) {
  const controller = yield* getTyped(scope.client, ReplicationControllers, namespace, name);
  const { spec, status } = controller;
  const selector = formatLabelSelector(selectorOfLabels(spec?.selector));
  const counts = yield* podCounts(scope, controller, selector);
  const events = yield* eventsAbout(scope, ReplicationControllers.kind, controller);
  return pageText((page) => {
    names(page, controller);
    page.line(0, `Selector:\t${labelsText(spec?.selector ?? {})}`);
    marks(page, controller);
    page.line(0, `Replicas:\t${status?.replicas ?? 0} current / ${spec?.replicas ?? 0} desired`);
    page.line(0, `Pods Status:\t${counts}`);
    podTemplate(page, spec?.template);
    reasonedConditions(page, status?.conditions);
    eventsPart(page, events, scope.now);
  });
};
