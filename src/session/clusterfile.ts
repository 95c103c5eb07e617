// The file that `--cluster` names: YAML that says which nodes there are.
//
//   nodes: 3                      # workers beside the control plane
//   nodes:                        # or one by one
//     - name: big
//       cpu: 8
//       memory: 32Gi
//       labels: { disk: ssd }
//       taints: ['gpu=true:NoSchedule']
//   cloud: true                   # load balancers get addresses
//   metrics: true                 # kubectl top and autoscalers have figures
//   addons: [ingress-nginx]       # installed from the first
//   audit: { rules: [{ level: Metadata }] }   # what the audit log keeps: a Policy of audit.k8s.io/v1
//   clusters: { west: { nodes: 1 }, east: {} }  # several, each with all of this; the first has the current context
//   network: flannel              # network policies hold with kindnet (the usual), calico and canal

import { parse } from 'yaml';
import { ADDONS, isAddon } from '../../sandbox/addons/manifests.ts';
import { AuditPolicyError, readAuditPolicy } from '../../sandbox/apiserver/audit/policy.ts';
import { type ClusterSpec, type NodeSpec, usualNode, usualSpec } from '../../sandbox/cluster.ts';
import { isObject, type JsonObject, type JsonValue, own } from '../../sandbox/kube/json.ts';
import { approximateValue, parseQuantity, QuantityError } from '../../sandbox/kube/quantity.ts';
import { messageOf } from '../../sandbox/kube/thrown.ts';
import { isNetworkPlugin, NETWORK_PLUGINS } from '../../sandbox/network/plugins.ts';

/** The file doesn't say what a cluster file can say; the message tells where. */
export class ClusterFileError extends Error {}

const NODES_MAX = 500;
export const CLUSTERS_MAX = 4;
const NAME = /^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/;
const TAINT = /^([^=:]+)(?:=([^:]*))?:(NoSchedule|PreferNoSchedule|NoExecute)$/;
const KEYS = ['clusters', 'nodes', 'cloud', 'csi', 'metrics', 'network', 'addons', 'audit'];
const NODE_KEYS = ['name', 'cpu', 'memory', 'disk', 'labels', 'taints'];
/** Known to the format, and not acted on yet. */
const MISSING = ['storageClasses', 'faults'];

/** Reads the text of a cluster file. */
export function readClusterFile(text: string): ClusterSpec {
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 20, uniqueKeys: true });
  } catch (error) {
    throw new ClusterFileError(messageOf(error).split('\n')[0] ?? '');
  }
  const file = (value ?? {}) as JsonValue;
  if (!isObject(file)) throw new ClusterFileError('a cluster file is a map with `nodes`');
  return clusterSpecIn(file);
}

function auditIn(value: JsonValue | undefined): Pick<ClusterSpec, 'auditPolicy'> {
  if (value === undefined) return {};
  try {
    return { auditPolicy: readAuditPolicy(value) };
  } catch (error) {
    throw error instanceof AuditPolicyError ? new ClusterFileError(`audit: ${error.message}`) : error;
  }
}

/** What a cluster file says, read from wherever. Throws a ClusterFileError. */
export function clusterSpecIn(file: JsonObject): ClusterSpec {
  const clusters = own(file, 'clusters');
  if (clusters === undefined) return oneIn(file);
  if (Object.keys(file).length > 1) throw new ClusterFileError('clusters: all else stands in each of them');
  if (!isObject(clusters)) throw new ClusterFileError('clusters: a map by their names');
  return sideBySide(
    Object.entries(clusters).map(([name, one]) => {
      if (one !== null && !isObject(one)) throw new ClusterFileError(`clusters.${name}: a map`);
      return [name, oneIn(one ?? {})];
    }),
  );
}

/** Several clusters, by their names, as one: the first, and what stands beside it. Throws a ClusterFileError. */
export function sideBySide(clusters: readonly (readonly [string, ClusterSpec])[]): ClusterSpec {
  const [first, ...beside] = clusters.map(([name, spec]) => ({ ...spec, name }));
  if (first === undefined || clusters.length > CLUSTERS_MAX)
    throw new ClusterFileError(`clusters: 1 to ${CLUSTERS_MAX}`);
  for (const [name] of clusters) if (!NAME.test(name)) throw new ClusterFileError(`clusters.${name}: not a name`);
  return { ...first, beside };
}

function oneIn(file: JsonObject): ClusterSpec {
  for (const key of Object.keys(file)) {
    if (MISSING.includes(key)) throw new ClusterFileError(`${key} is not built yet`);
    if (!KEYS.includes(key)) throw new ClusterFileError(`${key}: no such key; there are ${KEYS.join(', ')}`);
  }
  const [cloud, csi, metrics] = [choiceIn(file, 'cloud'), choiceIn(file, 'csi'), choiceIn(file, 'metrics')];
  return {
    ...specOf(own(file, 'nodes')),
    ...(cloud ? { cloud } : {}),
    ...(csi ? { csi } : {}),
    ...(metrics ? { metrics } : {}),
    ...networkIn(own(file, 'network')),
    ...addonsIn(own(file, 'addons')),
    ...auditIn(own(file, 'audit')),
  };
}

function addonsIn(value: JsonValue | undefined): Pick<ClusterSpec, 'addons'> {
  if (value === undefined) return {};
  if (!Array.isArray(value) || !value.every(isAddon))
    throw new ClusterFileError(`addons: a list of ${ADDONS.join(', ')}`);
  return { addons: value };
}

function networkIn(value: JsonValue | undefined): Pick<ClusterSpec, 'networkPlugin'> {
  if (value === undefined) return {};
  if (!isNetworkPlugin(value)) throw new ClusterFileError(`network: one of ${Object.keys(NETWORK_PLUGINS).join(', ')}`);
  return { networkPlugin: value };
}

function choiceIn(file: JsonObject, key: string): boolean {
  const value = own(file, key) ?? false;
  if (typeof value !== 'boolean') throw new ClusterFileError(`${key}: true or false`);
  return value;
}

function specOf(nodes: JsonValue | undefined): ClusterSpec {
  if (nodes === undefined) return usualSpec();
  if (typeof nodes === 'number') {
    if (!Number.isInteger(nodes) || nodes < 0 || nodes > NODES_MAX)
      throw new ClusterFileError(`nodes: 0 to ${NODES_MAX}`);
    return usualSpec(nodes);
  }
  if (!Array.isArray(nodes) || nodes.length > NODES_MAX) throw new ClusterFileError('nodes: a number or a list');
  const workers = nodes.map((node: JsonValue, index: number) => nodeOf(node, index + 1));
  const names = new Set<string>(['control-plane']);
  for (const { name } of workers) {
    if (names.has(name)) throw new ClusterFileError(`nodes: two are called ${name}`);
    names.add(name);
  }
  return { ...usualSpec(0), nodes: [usualNode('control-plane', 0), ...workers] };
}

function nodeOf(value: JsonValue, index: number): NodeSpec {
  const place = `nodes[${index - 1}]`;
  if (!isObject(value)) throw new ClusterFileError(`${place}: a map`);
  for (const key of Object.keys(value)) {
    if (!NODE_KEYS.includes(key))
      throw new ClusterFileError(`${place}.${key}: no such key; there are ${NODE_KEYS.join(', ')}`);
  }
  const name = own(value, 'name') ?? `worker-${index}`;
  if (typeof name !== 'string' || !NAME.test(name)) throw new ClusterFileError(`${place}.name: not a name of a node`);
  const usual = usualNode(name, index);
  return {
    ...usual,
    cores: quantityIn(value, 'cpu', place) ?? usual.cores,
    memory: quantityIn(value, 'memory', place) ?? usual.memory,
    disk: quantityIn(value, 'disk', place) ?? usual.disk,
    labels: labelsIn(value, place),
    taints: taintsIn(value, place),
  };
}

function quantityIn(node: JsonObject, key: string, place: string): number | undefined {
  const value = own(node, key);
  if (value === undefined) return undefined;
  try {
    const amount = approximateValue(parseQuantity(String(value)));
    if (amount > 0) return amount;
  } catch (error) {
    if (!(error instanceof QuantityError)) throw error;
  }
  throw new ClusterFileError(`${place}.${key}: ${JSON.stringify(value)} is no amount; 4, 500m, 8Gi are`);
}

function labelsIn(node: JsonObject, place: string): Readonly<Record<string, string>> {
  const labels = own(node, 'labels') ?? {};
  if (!isObject(labels)) throw new ClusterFileError(`${place}.labels: a map`);
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, String(value)]));
}

function taintsIn(node: JsonObject, place: string): NodeSpec['taints'] {
  const taints = own(node, 'taints') ?? [];
  if (!Array.isArray(taints)) throw new ClusterFileError(`${place}.taints: a list of KEY=VALUE:EFFECT`);
  return taints.map((taint: JsonValue) => {
    const [, key, value, effect] = TAINT.exec(String(taint)) ?? [];
    if (key === undefined || effect === undefined) {
      throw new ClusterFileError(`${place}.taints: ${JSON.stringify(taint)} is not KEY=VALUE:EFFECT`);
    }
    return { key, effect, ...(value === undefined ? {} : { value }) };
  });
}
