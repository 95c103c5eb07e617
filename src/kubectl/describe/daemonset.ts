// Describing daemon sets.

import { formatLabelSelector, selectorOf } from '../../../sandbox/kube/selectors/labelselectors.ts';
import { DaemonSets } from '../../../sandbox/schema/generated/resources.ts';
import { labelsText } from '../printers/table.ts';
import { getTyped } from '../resource/typed.ts';
import { type Describe, eventsAbout, eventsPart } from './describer.ts';
import { pageText } from './page.ts';
import { podTemplate } from './podtemplate.ts';
import { marks, names, podCounts } from './workload.ts';

export const describeDaemonSet: Describe = function* (scope, namespace, name) {
  const set = yield* getTyped(scope.client, DaemonSets, namespace, name);
  const { spec, status } = set;
  const selector = formatLabelSelector(selectorOf(spec?.selector));
  const counts = yield* podCounts(scope, set, selector);
  const events = yield* eventsAbout(scope, DaemonSets.kind, set);
  return pageText((page) => {
    names(page, set);
    page.line(0, `Selector:\t${selector}`);
    page.line(0, `Node-Selector:\t${labelsText(spec?.template.spec?.nodeSelector ?? {})}`);
    marks(page, set);
    page.line(0, `Desired Number of Nodes Scheduled: ${status?.desiredNumberScheduled ?? 0}`);
    page.line(0, `Current Number of Nodes Scheduled: ${status?.currentNumberScheduled ?? 0}`);
    page.line(0, `Number of Nodes Scheduled with Up-to-date Pods: ${status?.updatedNumberScheduled ?? 0}`);
    page.line(0, `Number of Nodes Scheduled with Available Pods: ${status?.numberAvailable ?? 0}`);
    page.line(0, `Number of Nodes Misscheduled: ${status?.numberMisscheduled ?? 0}`);
    page.line(0, `Pods Status:\t${counts}`);
    podTemplate(page, spec?.template ?? {});
    eventsPart(page, events, scope.now);
  });
};
