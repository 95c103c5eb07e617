// Static pods: manifests in a folder of the node, which its kubelet runs whatever the API says. The API is shown a mirror
// of each, and may delete that as often as it likes.

import type { Client } from '../client/client.ts';
import { isObject, type JsonValue } from '../kube/json.ts';
import type { KubeObject } from '../kube/meta.ts';
import { reasonOf } from '../kube/status.ts';
import { Nodes, Pods } from '../schema/generated/resources.ts';
import type { V1Pod } from '../schema/generated/types.ts';
import { parseYaml } from '../schema/yaml/parse.ts';
import { draws, uuid } from '../time/chance.ts';
import type { Work } from '../time/loop.ts';
import { durationMs, rfc3339Micro, seconds } from '../time/units.ts';
import type { Kubelet } from './kubeletcontext.ts';
import { newPodRecord, type PodRecord } from './state.ts';
import { requestSync } from './worker.ts';

export const MANIFESTS = '/etc/kubernetes/manifests';
/** How often the folder is looked at, where there is one and where there isn't. */
const PRESENT = seconds(1);
const ABSENT = seconds(10);
/** Statuses that a mirror has missed come with the next round of this length. */
const STATUS_ROUND_MS = 10_000;

export const MIRROR = 'kubernetes.io/config.mirror';

/** Looks at the folder, begins what is new, stops what is gone; answers when to look again. */
export function* scanManifests(kubelet: Kubelet, client: Client): Work<void> {
  const files = kubelet.runtime.files();
  const present = files.exists(MANIFESTS);
  kubelet.port.post({ do: 'manifests' }, present ? PRESENT : ABSENT, []);
  const { manifests } = kubelet.state();
  if (!present && manifests.size === 0) return;
  const found = new Map<string, string>();
  for (const name of present ? files.list(MANIFESTS) : []) {
    if (/^[^.].{0,200}\.(?:yaml|yml|json)$/.test(name)) found.set(name, files.readText(`${MANIFESTS}/${name}`));
  }
  for (const [name, known] of [...manifests]) {
    if (found.get(name) === known.text) continue;
    manifests.delete(name);
    yield* removeStatic(kubelet, known.uid, client);
  }
  for (const [name, text] of found) {
    if (manifests.has(name)) continue;
    const pod = staticPod(kubelet, text);
    manifests.set(name, { text, uid: pod?.metadata?.uid ?? '' });
    if (pod !== undefined) yield* beginStatic(kubelet, pod, client);
  }
}

function* removeStatic(kubelet: Kubelet, uid: string, client: Client): Work<void> {
  const record = kubelet.state().pods.get(uid);
  if (record === undefined) return;
  record.removed = true;
  yield* requestSync(kubelet, record, [], client);
}

/** The pod that a manifest describes, as it is run on this node; undefined when it is none. */
function staticPod(kubelet: Kubelet, text: string): V1Pod | undefined {
  const manifest = parsed(text);
  if (!isObject(manifest) || manifest.kind !== 'Pod' || !isObject(manifest.metadata)) return undefined;
  const pod = manifest as KubeObject as V1Pod;
  const { node, component } = kubelet;
  const hash = uuid(draws(component.seed, 'static pod', node.name, text), 0).replace(/-/g, '');
  const { name = '', namespace = 'default', annotations = {}, labels } = pod.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-${node.name}`,
      namespace,
      uid: hash,
      ...(labels === undefined ? {} : { labels }),
      annotations: {
        ...annotations,
        'kubernetes.io/config.hash': hash,
        'kubernetes.io/config.seen': rfc3339Micro(kubelet.now()),
        'kubernetes.io/config.source': 'file',
      },
    },
    spec: {
      ...pod.spec,
      containers: pod.spec?.containers ?? [],
      nodeName: node.name,
      tolerations: [...(pod.spec?.tolerations ?? []), { operator: 'Exists', effect: 'NoExecute' }],
    },
  };
}

function parsed(text: string): JsonValue {
  try {
    return parseYaml(text).value;
  } catch {
    return null;
  }
}

/** Mirrors it, and runs what the API has made of it: what is left out of a manifest is filled in there. */
function* beginStatic(kubelet: Kubelet, pod: V1Pod, client: Client): Work<void> {
  const mirror = yield* createMirror(kubelet, pod, client);
  const { uid = '' } = pod.metadata ?? {};
  const whole: V1Pod =
    mirror === undefined ? pod : { ...pod, ...(mirror.spec === undefined ? {} : { spec: mirror.spec }) };
  const record: PodRecord = { ...newPodRecord(whole, true), apiUid: mirror?.metadata?.uid ?? '' };
  kubelet.state().pods.set(uid, record);
  yield* requestSync(kubelet, record, [], client);
}

function* createMirror(kubelet: Kubelet, pod: V1Pod, client: Client): Work<V1Pod | undefined> {
  const { uid: hash = '', ...metadata } = pod.metadata ?? {};
  const node = yield* client.find(Nodes, { name: kubelet.node.name });
  const uid = node?.metadata?.uid;
  const owner = { apiVersion: 'v1', kind: 'Node', name: kubelet.node.name, controller: true };
  const mirror: V1Pod = {
    ...pod,
    metadata: {
      ...metadata,
      annotations: { ...metadata.annotations, [MIRROR]: hash },
      ...(uid === undefined ? {} : { ownerReferences: [{ ...owner, uid }] }),
    },
  };
  try {
    return yield* client.create(Pods, mirror);
  } catch (error) {
    if (reasonOf(error) === 'AlreadyExists')
      return yield* client.find(Pods, { name: metadata.name ?? '', namespace: metadata.namespace });
    if (reasonOf(error) === undefined) throw error;
    return undefined;
  }
}

/** The static pod whose mirror has this uid. */
export function mirroredBy({ state }: Kubelet, uid: string): PodRecord | undefined {
  return [...state().pods.values()].find((record) => record.isStatic && record.apiUid === uid);
}

/** A mirror that was deleted is made again, unless its pod is gone too. */
export function* restoreMirror(kubelet: Kubelet, record: PodRecord, client: Client): Work<void> {
  if (record.removed) return;
  const mirror = yield* createMirror(kubelet, record.pod, client);
  record.apiUid = mirror?.metadata?.uid ?? '';
  const round = STATUS_ROUND_MS - (kubelet.now() % STATUS_ROUND_MS);
  kubelet.port.post({ do: 'rewrite', uid: record.uid }, durationMs(round), record.causes);
}

/** The mirror of a pod that is over goes with it. */
export function* deleteMirror(record: PodRecord, client: Client): Work<void> {
  const { name = '', namespace = '' } = record.pod.metadata ?? {};
  try {
    yield* client.delete(Pods, { name, namespace }, { gracePeriodSeconds: 0, preconditions: { uid: record.apiUid } });
  } catch (error) {
    if (reasonOf(error) === undefined) throw error;
  }
}
