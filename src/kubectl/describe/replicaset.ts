// Describing replica sets.

import type { KubeObject } from '../../../sandbox/kube/meta.ts';
import {
  describeLabelSelector,
  formatLabelSelector,
  selectorOf,
} from '../../../sandbox/kube/selectors/labelselectors.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { ReplicaSets } from '../../../sandbox/schema/generated/resources.ts';
import { asError } from '../errors.ts';
import { getTyped } from '../resource/typed.ts';
import { type Describe, eventsAbout, eventsPart, type Scope } from './describer.ts';
import { pageText } from './page.ts';
import { controllerOf } from './parts.ts';
import { podTemplate } from './podtemplate.ts';
import { marks, names, podCounts, reasonedConditions } from './workload.ts';

export const describeReplicaSet: Describe = function* (scope, namespace, name) {
  const set = yield* getTyped(scope.client, ReplicaSets, namespace, name);
  const { spec, status } = set;
  const selector = formatLabelSelector(selectorOf(spec?.selector));
  const counts = yield* countsOrError(scope, set, selector);
  const events = yield* eventsAbout(scope, ReplicaSets.kind, set);
  return pageText((page) => {
    names(page, set);
    page.line(0, `Selector:\t${describeLabelSelector(spec?.selector)}`);
    marks(page, set);
    const controller = controllerOf(set);
    if (controller !== '') page.line(0, `Controlled By:\t${controller}`);
    page.line(0, `Replicas:\t${status?.replicas ?? 0} current / ${spec?.replicas ?? 0} desired`);
    page.line(0, `Pods Status:\t${counts}`);
    podTemplate(page, spec?.template ?? {});
    reasonedConditions(page, status?.conditions);
    eventsPart(page, events, scope.now);
  });
};

function* countsOrError(scope: Scope, owner: KubeObject, selector: string): Blocking<string> {
  try {
    return yield* podCounts(scope, owner, selector);
  } catch (error) {
    return `error in fetching pods: ${asError(error).message}`;
  }
}
