// What nodes have to do with: which secrets, config maps, claims and accounts the pods of a node name. It is drawn from
// the pods in the store when it is first asked for, and kept in step from then on.

import { own } from '../../kube/json.ts';
import type { V1PersistentVolume, V1Pod } from '../../schema/generated/types.ts';
import { type Related, referencesOf } from '../../schema/podreferences.ts';
import type { Store } from '../../store/store.ts';

export interface NodeGraph {
  /** Whether a pod on the node names the object. */
  isRelated(node: string, kind: Related, namespace: string, name: string): boolean;
  /** Whether a pod on the node uses a claim that is bound to this volume. */
  usesVolume(node: string, volume: V1PersistentVolume): boolean;
}

const PODS = 'pods';
const MIRROR = 'kubernetes.io/config.mirror';

interface Drawn {
  readonly spec: V1Pod['spec'];
  readonly edges: readonly string[];
}

export function createNodeGraph(store: Store): NodeGraph {
  const pods = new Map<string, Drawn>();
  /** How many pods make an edge. */
  const edges = new Map<string, number>();
  let isDrawn = false;

  function count(list: readonly string[], by: number): void {
    for (const edge of list) {
      const left = (edges.get(edge) ?? 0) + by;
      if (left > 0) edges.set(edge, left);
      else edges.delete(edge);
    }
  }

  function note(key: string, pod: V1Pod | undefined): void {
    const known = pods.get(key);
    if (known !== undefined && known.spec === pod?.spec) return;
    if (known !== undefined) count(known.edges, -1);
    pods.delete(key);
    if (pod === undefined || (pod.spec?.nodeName ?? '') === '') return;
    const drawn = { spec: pod.spec, edges: edgesOf(pod) };
    count(drawn.edges, 1);
    pods.set(key, drawn);
  }

  function draw(): void {
    if (isDrawn) return;
    isDrawn = true;
    for (const { key, object } of store.list(PODS, '')) note(key, object as V1Pod);
    store.subscribe(({ table, key, type, object }) => {
      if (table === PODS) note(key, type === 'deleted' ? undefined : (object as V1Pod));
    });
  }

  const graph: NodeGraph = {
    isRelated(node, kind, namespace, name) {
      draw();
      return edges.has(edgeOf(node, kind, namespace, name));
    },
    usesVolume(node, { spec }) {
      const { namespace = '', name = '' } = spec?.claimRef ?? {};
      return name !== '' && graph.isRelated(node, 'persistentvolumeclaims', namespace, name);
    },
  };
  return graph;
}

function edgeOf(node: string, kind: Related, namespace: string, name: string): string {
  return `${node} ${kind} ${namespace}/${name}`;
}

/** A mirror pod names what stands in a file of its node: that gives the node no right. */
function edgesOf(pod: V1Pod): readonly string[] {
  const { nodeName = '' } = pod.spec ?? {};
  const { namespace = '', annotations } = pod.metadata ?? {};
  if (own(annotations, MIRROR) !== undefined) return [];
  const named = new Set(referencesOf(pod).map(([kind, name]) => edgeOf(nodeName, kind, namespace, name)));
  return [...named];
}
