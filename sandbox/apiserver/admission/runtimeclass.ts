// RuntimeClass: what a pod's runtime class says of overhead and of nodes becomes the pod's own.

import { quote } from '../../kube/go/text.ts';
import { sameJson } from '../../kube/json.ts';
import { RuntimeClasses } from '../../schema/generated/resources.ts';
import type { V1Pod, V1PodSpec, V1RuntimeClass, V1Toleration } from '../../schema/generated/types.ts';
import type { AdmissionPlugin, Attributes } from './chain.ts';
import { forbiddenBy, isMain } from './refusal.ts';

const MISMATCH = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";
const ALONE = 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead';

export const runtimeClass: AdmissionPlugin = {
  name: 'RuntimeClass',
  handles: (attributes) => attributes.verb === 'CREATE' && isMain(attributes, '', 'pods'),
  *mutate(attributes) {
    const pod = attributes.object as V1Pod;
    const found = classOf(attributes, pod);
    if (found === undefined || pod.spec === undefined) return pod;
    return { ...pod, spec: withScheduling(attributes, withOverhead(attributes, pod.spec, found), found) };
  },
  *validate(attributes) {
    const pod = attributes.object as V1Pod;
    const { overhead } = pod.spec ?? {};
    const expected = classOf(attributes, pod)?.overhead?.podFixed;
    if (expected === undefined) {
      if (overhead !== undefined) throw forbiddenBy(attributes, ALONE);
    } else if (!sameJson(overhead, expected)) throw forbiddenBy(attributes, MISMATCH);
  },
};

function classOf(attributes: Attributes, { spec }: V1Pod): V1RuntimeClass | undefined {
  const { runtimeClassName } = spec ?? {};
  if (runtimeClassName === undefined) return undefined;
  const found = attributes.context.get<V1RuntimeClass>(RuntimeClasses, undefined, runtimeClassName);
  if (found === undefined)
    throw forbiddenBy(attributes, `pod rejected: RuntimeClass ${quote(runtimeClassName)} not found`);
  return found;
}

function withOverhead(attributes: Attributes, spec: V1PodSpec, { overhead }: V1RuntimeClass): V1PodSpec {
  const fixed = overhead?.podFixed;
  if (fixed === undefined) return spec;
  const given = spec.overhead ?? {};
  if (Object.keys(given).length > 0 && !sameJson(given, fixed)) throw forbiddenBy(attributes, MISMATCH);
  return { ...spec, overhead: fixed };
}

function withScheduling(attributes: Attributes, spec: V1PodSpec, { scheduling }: V1RuntimeClass): V1PodSpec {
  if (scheduling === undefined) return spec;
  const own = spec.nodeSelector ?? {};
  for (const [key, value] of Object.entries(scheduling.nodeSelector ?? {})) {
    const given = Object.hasOwn(own, key) ? own[key] : value;
    if (given === value) continue;
    const why = `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${given}`;
    throw forbiddenBy(attributes, why);
  }
  const nodeSelector = { ...own, ...scheduling.nodeSelector };
  const tolerations = merged(spec.tolerations ?? [], scheduling.tolerations ?? []);
  return {
    ...spec,
    ...(Object.keys(nodeSelector).length === 0 ? {} : { nodeSelector }),
    ...(tolerations.length === 0 ? {} : { tolerations }),
  };
}

function merged(own: readonly V1Toleration[], more: readonly V1Toleration[]): readonly V1Toleration[] {
  return [...own, ...more.filter((one) => !own.some((other) => sameJson(one, other)))];
}
