// Describing deployments.

import { formatIntOrString } from '../../../sandbox/kube/intstr.ts';
import { formatLabelSelector, selectorOf } from '../../../sandbox/kube/selectors/labelselectors.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { Deployments } from '../../../sandbox/schema/generated/resources.ts';
import type { V1Deployment, V1ReplicaSet } from '../../../sandbox/schema/generated/types.ts';
import { type OwnReplicaSets, replicaSetsOf } from '../deployments.ts';
import { getTyped } from '../resource/typed.ts';
import { type Describe, eventsAbout, eventsPart, type Scope } from './describer.ts';
import { type Page, pageText } from './page.ts';
import { fullTime, metaOf } from './parts.ts';
import { podTemplate } from './podtemplate.ts';
import { marks, names, reasonedConditions } from './workload.ts';

export const describeDeployment: Describe = function* (scope, namespace, name) {
  const deployment = yield* getTyped(scope.client, Deployments, namespace, name);
  const events = yield* eventsAbout(scope, Deployments.kind, deployment);
  const sets = yield* setsIfFound(scope, deployment);
  return pageText((page) => {
    deploymentPart(page, deployment);
    setsPart(page, sets);
    eventsPart(page, events, scope.now);
  });
};

function* setsIfFound({ client, chunkSize }: Scope, deployment: V1Deployment): Blocking<OwnReplicaSets> {
  try {
    return yield* replicaSetsOf(client, deployment, chunkSize);
  } catch {
    return { old: [], current: undefined };
  }
}

function deploymentPart(page: Page, deployment: V1Deployment): void {
  const { spec, status } = deployment;
  names(page, deployment);
  page.line(0, `CreationTimestamp:\t${fullTime(metaOf(deployment).creationTimestamp)}`);
  marks(page, deployment);
  page.line(0, `Selector:\t${formatLabelSelector(selectorOf(spec?.selector))}`);
  const counts = [
    `${spec?.replicas ?? 0} desired`,
    `${status?.updatedReplicas ?? 0} updated`,
    `${status?.replicas ?? 0} total`,
    `${status?.availableReplicas ?? 0} available`,
    `${status?.unavailableReplicas ?? 0} unavailable`,
  ];
  page.line(0, `Replicas:\t${counts.join(' | ')}`);
  page.line(0, `StrategyType:\t${spec?.strategy?.type ?? ''}`);
  page.line(0, `MinReadySeconds:\t${spec?.minReadySeconds ?? 0}`);
  const rolling = spec?.strategy?.rollingUpdate;
  if (rolling !== undefined) {
    const unavailable = formatIntOrString(rolling.maxUnavailable ?? 0);
    const surge = formatIntOrString(rolling.maxSurge ?? 0);
    page.line(0, `RollingUpdateStrategy:\t${unavailable} max unavailable, ${surge} max surge`);
  }
  podTemplate(page, spec?.template ?? {});
  reasonedConditions(page, status?.conditions);
}

function setsPart(page: Page, { old, current }: OwnReplicaSets): void {
  if (old.length === 0 && current === undefined) return;
  page.line(0, `OldReplicaSets:\t${setsText(old)}`);
  page.line(0, `NewReplicaSet:\t${setsText(current === undefined ? [] : [current])}`);
}

function setsText(sets: readonly V1ReplicaSet[]): string {
  const texts = sets.map((set) => {
    const created = `${set.status?.replicas ?? 0}/${set.spec?.replicas ?? 0} replicas created`;
    return `${metaOf(set).name ?? ''} (${created})`;
  });
  return texts.join(', ') || '<none>';
}
