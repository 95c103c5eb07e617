// The cluster as a library: what `k8s-learn/sandbox` offers. See docs/sandbox.md.

export type { AuditEvent } from './apiserver/audit/log.ts';
export type { AuditPolicy } from './apiserver/audit/policy.ts';
export type { ObjectRef, Patch } from './client/client.ts';
export { type ClusterSpec, type NodeSpec, usualSpec } from './cluster.ts';
export type { KubeList, KubeObject } from './kube/meta.ts';
export type { DeleteOptions, ListOptions, UserInfo, WriteOptions } from './kube/operation.ts';
export type { ResourceType } from './kube/resource.ts';
export { StatusError } from './kube/status.ts';
export type { Outlet } from './outlet.ts';
export {
  createCluster,
  restore,
  type Sandbox,
  type SandboxClient,
  type SandboxOptions,
  type Snapshot,
} from './sandbox.ts';
export * from './schema/generated/resources.ts';
export type * from './schema/generated/types.ts';
export { type Why, whyObject } from './why.ts';
export type { AllowedHosts } from './wire/hostcalls.ts';
