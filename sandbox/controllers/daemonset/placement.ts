// On which nodes the pods of a DaemonSet belong, and what such a pod looks like. Pure.

import { own } from '../../kube/json.ts';
import { fitsNode } from '../../kube/selectors/nodeselectors.ts';
import { toleratesAny } from '../../kube/tolerations.ts';
import { DaemonSets } from '../../schema/generated/resources.ts';
import type { V1Affinity, V1DaemonSet, V1Node, V1Pod, V1PodSpec, V1Toleration } from '../../schema/generated/types.ts';
import { REVISION_HASH } from '../shared/history.ts';
import { podFromTemplate } from '../shared/podcontrol.ts';

const TEMPLATE_GENERATION = 'pod-template-generation';
const DEPRECATED_GENERATION = 'deprecated.daemonset.template.generation';

/** Troubles of nodes that daemons live through. */
const ALWAYS_TOLERATED: readonly (readonly [string, string])[] = [
  ['not-ready', 'NoExecute'],
  ['unreachable', 'NoExecute'],
  ['disk-pressure', 'NoSchedule'],
  ['memory-pressure', 'NoSchedule'],
  ['pid-pressure', 'NoSchedule'],
  ['unschedulable', 'NoSchedule'],
];
const NETWORK_UNAVAILABLE = ['network-unavailable', 'NoSchedule'] as const;

/** `run`: a pod belongs there. `stay`: one that is there may stay. */
export interface Placement {
  readonly run: boolean;
  readonly stay: boolean;
}

export function placementOn(node: V1Node, { spec }: V1DaemonSet): Placement {
  const podSpec: V1PodSpec = spec?.template?.spec ?? { containers: [] };
  const named = podSpec.nodeName === undefined || podSpec.nodeName === '' || podSpec.nodeName === node.metadata?.name;
  if (!named || !fitsNode({ spec: podSpec }, node)) return { run: false, stay: false };
  const tolerations = tolerationsOf(podSpec);
  const bad = (node.spec?.taints ?? []).filter((taint) => !toleratesAny(tolerations, taint));
  const run = !bad.some(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute');
  return { run, stay: run || !bad.some(({ effect }) => effect === 'NoExecute') };
}

function tolerationsOf({ tolerations = [], hostNetwork }: V1PodSpec): readonly V1Toleration[] {
  const always = hostNetwork === true ? [...ALWAYS_TOLERATED, NETWORK_UNAVAILABLE] : ALWAYS_TOLERATED;
  const added: V1Toleration[] = [...tolerations];
  for (const [name, effect] of always) {
    const wanted: V1Toleration = { key: `node.kubernetes.io/${name}`, operator: 'Exists', effect };
    const known = added.findIndex(
      (one) => one.key === wanted.key && one.effect === effect && one.operator === 'Exists' && (one.value ?? '') === '',
    );
    if (known < 0) added.push(wanted);
    else added[known] = wanted;
  }
  return added;
}

/** A pod for one node: the scheduler is told that no other will do. */
export function podFor(set: V1DaemonSet, hash: string, node: string): V1Pod {
  const template = set.spec?.template ?? {};
  const generation = generationOf(set);
  const labels = {
    ...template.metadata?.labels,
    ...(generation === undefined ? {} : { [TEMPLATE_GENERATION]: generation }),
    [REVISION_HASH]: hash,
  };
  const spec: V1PodSpec = template.spec ?? { containers: [] };
  return podFromTemplate(
    {
      ...template,
      metadata: { ...template.metadata, labels },
      spec: { ...spec, tolerations: tolerationsOf(spec), affinity: onlyOn(spec.affinity, node) },
    },
    set,
    DaemonSets,
  );
}

function onlyOn(affinity: V1Affinity | undefined, node: string): V1Affinity {
  const term = { matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] };
  const required = { nodeSelectorTerms: [term] };
  return {
    ...affinity,
    nodeAffinity: { ...affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: required },
  };
}

function generationOf({ metadata }: V1DaemonSet): string | undefined {
  const text = own(metadata?.annotations, DEPRECATED_GENERATION) ?? '';
  return /^\d+$/.test(text) ? text : undefined;
}

/** The node that a pod is on, or that it waits for. */
export function nodeOf({ spec }: V1Pod): string | undefined {
  if (spec?.nodeName !== undefined) return spec.nodeName;
  const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  for (const { matchFields = [] } of terms)
    for (const { key, operator, values = [] } of matchFields)
      if (key === 'metadata.name' && operator === 'In' && values.length === 1) return values[0];
  return undefined;
}

/** The pod is of today's template: by its hash, or by its generation. */
export function isUpdated(set: V1DaemonSet, pod: V1Pod, hash: string): boolean {
  const labels = pod.metadata?.labels;
  const generation = generationOf(set);
  const byGeneration = generation !== undefined && own(labels, TEMPLATE_GENERATION) === generation;
  return byGeneration || (hash !== '' && own(labels, REVISION_HASH) === hash);
}
