// Code that was written for the objects of @kubernetes/client-node takes ours, but for times, which are texts here. This
// is proven by the compiler: what stands here compiles.

import type { V1ConfigMap, V1Deployment, V1Node, V1Pod, V1Secret, V1Service } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import type * as ours from '../../sandbox/index.ts';

/** A type of client-node as it reads objects: nothing is written to, times are texts, what is null there is null here. */
type Read<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? readonly Read<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]?: Read<T[Key]> | null }
      : T;

function namesOfImages(pod: Read<V1Pod>): readonly string[] {
  return (pod.spec?.containers ?? []).map((container) => container?.image ?? '');
}

function isReady(node: Read<V1Node>): boolean {
  return (
    node.status?.conditions?.some((condition) => condition?.type === 'Ready' && condition.status === 'True') === true
  );
}

const takesPods = (pod: ours.V1Pod) => namesOfImages(pod);
const takesNodes = (node: ours.V1Node) => isReady(node);
const takesDeployments = (deployment: ours.V1Deployment): Read<V1Deployment> => deployment;
const takesServices = (service: ours.V1Service): Read<V1Service> => service;
const takesSecrets = (secret: ours.V1Secret): Read<V1Secret> => secret;
const takesConfigMaps = (map: ours.V1ConfigMap): Read<V1ConfigMap> => map;

it("functions that read client-node's objects read ours", () => {
  expect(takesPods({ spec: { containers: [{ name: 'c', image: 'nginx' }] } })).toEqual(['nginx']);
  expect(takesNodes({ status: { conditions: [{ type: 'Ready', status: 'True' }] } })).toBe(true);
  const metadata = { name: 'a', creationTimestamp: '2026-01-01T00:00:00Z' };
  for (const same of [takesDeployments, takesServices, takesSecrets, takesConfigMaps]) {
    expect(same({ metadata })).toEqual({ metadata });
  }
});
