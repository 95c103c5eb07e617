// Describing pods.

import { Pods } from '../../../sandbox/schema/generated/resources.ts';
import type { V1Pod } from '../../../sandbox/schema/generated/types.ts';
import type { TimeMs } from '../../../sandbox/time/units.ts';
import { getTyped } from '../resource/typed.ts';
import { containers, requirements } from './containers.ts';
import { type Describe, eventsAbout, eventsPart } from './describer.ts';
import { type Page, pageText } from './page.ts';
import { annotations, controllerOf, fullTime, labels, metaOf, since, tolerations } from './parts.ts';
import { spreadConstraints } from './podtemplate.ts';
import { volumes } from './volumes.ts';

const MIRROR = 'kubernetes.io/config.mirror';

/** Events about a static pod name the file that it came from, not the mirror in the API. */
export const describePod: Describe = function* (scope, namespace, name) {
  const pod = yield* getTyped(scope.client, Pods, namespace, name);
  const events = yield* eventsAbout(scope, '', pod, metaOf(pod).annotations?.[MIRROR]);
  return pageText((page) => {
    podPart(page, pod, scope.now);
    eventsPart(page, events, scope.now);
  });
};

function podPart(page: Page, pod: V1Pod, now: TimeMs): void {
  placePart(page, pod);
  statusPart(page, pod, now);
  networkPart(page, pod);
  const { spec, status } = pod;
  if (spec?.resources !== undefined) {
    page.line(0, 'Resources:');
    requirements(page, spec.resources, 1);
  }
  const { initContainers = [], ephemeralContainers = [] } = spec ?? {};
  if (initContainers.length > 0) {
    containers(page, 'Init Containers', initContainers, status?.initContainerStatuses, pod);
  }
  containers(page, 'Containers', spec?.containers ?? [], status?.containerStatuses, pod);
  if (ephemeralContainers.length > 0) {
    containers(page, 'Ephemeral Containers', ephemeralContainers, status?.ephemeralContainerStatuses, pod);
  }
  conditionsPart(page, pod);
  volumes(page, spec?.volumes);
  page.line(0, `QoS Class:\t${status?.qosClass ?? ''}`);
  labels(page, 'Node-Selectors', spec?.nodeSelector);
  tolerations(page, 'Tolerations', spec?.tolerations);
  spreadConstraints(page, spec?.topologySpreadConstraints);
}

function placePart(page: Page, pod: V1Pod): void {
  const { spec, status } = pod;
  page.line(0, `Name:\t${metaOf(pod).name ?? ''}`);
  page.line(0, `Namespace:\t${metaOf(pod).namespace ?? ''}`);
  if (spec?.priority !== undefined) page.line(0, `Priority:\t${spec.priority}`);
  if (spec?.priorityClassName) page.line(0, `Priority Class Name:\t${spec.priorityClassName}`);
  if (spec?.runtimeClassName) page.line(0, `Runtime Class Name:\t${spec.runtimeClassName}`);
  if (spec?.serviceAccountName) page.line(0, `Service Account:\t${spec.serviceAccountName}`);
  page.line(0, `Node:\t${spec?.nodeName ? `${spec.nodeName}/${status?.hostIP ?? ''}` : '<none>'}`);
  if (status?.startTime !== undefined) page.line(0, `Start Time:\t${fullTime(status.startTime)}`);
}

function statusPart(page: Page, pod: V1Pod, now: TimeMs): void {
  const { spec, status } = pod;
  const { labels: ownLabels, annotations: ownAnnotations, deletionTimestamp, deletionGracePeriodSeconds } = metaOf(pod);
  labels(page, 'Labels', ownLabels);
  annotations(page, 'Annotations', ownAnnotations);
  const ended = status?.phase === 'Failed' || status?.phase === 'Succeeded';
  if (deletionTimestamp !== undefined && !ended) {
    page.line(0, `Status:\tTerminating (lasts ${since(deletionTimestamp, now)})`);
    page.line(0, `Termination Grace Period:\t${deletionGracePeriodSeconds ?? 0}s`);
  } else page.line(0, `Status:\t${status?.phase ?? ''}`);
  if (status?.reason) page.line(0, `Reason:\t${status.reason}`);
  if (status?.message) page.line(0, `Message:\t${status.message}`);
  const seccomp = spec?.securityContext?.seccompProfile;
  if (seccomp === undefined) return;
  page.line(0, `SeccompProfile:\t${seccomp.type}`);
  if (seccomp.type === 'Localhost') page.line(0, `LocalhostProfile:\t${seccomp.localhostProfile ?? ''}`);
}

function networkPart(page: Page, pod: V1Pod): void {
  const { status } = pod;
  page.line(0, `IP:\t${status?.podIP ?? ''}`);
  const { podIPs = [] } = status ?? {};
  page.line(0, podIPs.length === 0 ? 'IPs:\t<none>' : 'IPs:');
  for (const { ip } of podIPs) page.line(1, `IP:\t${ip}`);
  const controller = controllerOf(pod);
  if (controller !== '') page.line(0, `Controlled By:\t${controller}`);
  if (status?.nominatedNodeName) page.line(0, `NominatedNodeName:\t${status.nominatedNodeName}`);
}

function conditionsPart(page: Page, { spec, status }: V1Pod): void {
  const { conditions = [] } = status ?? {};
  const { readinessGates = [] } = spec ?? {};
  if (readinessGates.length > 0) page.line(0, 'Readiness Gates:\n  Type\tStatus');
  for (const { conditionType } of readinessGates) {
    const condition = conditions.find(({ type }) => type === conditionType);
    page.line(1, `${conditionType} \t${condition?.status ?? '<none>'} `);
  }
  if (conditions.length > 0) page.line(0, 'Conditions:\n  Type\tStatus');
  for (const { type, status: value } of conditions) page.line(1, `${type} \t${value} `);
}
