// Static pods: manifests in a folder of the node, which its kubelet runs whatever the API says. The API is shown a mirror
// of each, and may delete that as often as it likes.

import type { Client } from '../client/client.ts';
import { Unreachable } from '../client/component.ts';
import { isObject, type JsonValue } from '../kube/json.ts';
import type { KubeObject } from '../kube/meta.ts';
import { reasonOf } from '../kube/status.ts';
import { SysError } from '../machine/sys.ts';
import { Nodes, Pods } from '../schema/generated/resources.ts';
import type { V1Pod } from '../schema/generated/types.ts';
import { parseYaml } from '../schema/yaml/parse.ts';
import { draws, uuid } from '../time/chance.ts';
import type { Work } from '../time/loop.ts';
import { durationMs, rfc3339Micro, seconds } from '../time/units.ts';
import type { Kubelet } from './kubeletcontext.ts';
import { lookAt } from './looking.ts';
import { recoverSandboxes } from './recovery.ts';
import { newPodRecord, type PodRecord } from './state.ts';
import { requestSync } from './worker.ts';

export const MANIFESTS = '/etc/kubernetes/manifests';
/** How often the folder is looked at, where there is one and where there isn't. */
export const PRESENT = seconds(1);
const ABSENT = seconds(10);
/** Statuses that a mirror has missed come with the next round of this length. */
const STATUS_ROUND_MS = 10_000;

export const MIRROR = 'kubernetes.io/config.mirror';

/** Its text, and what tells whether it is still the same file. */
interface ManifestFile {
  readonly text: string;
  readonly stamp: string;
}

/** Looks at the folder, begins what is new, stops what is gone; answers when to look again. */
export function* scanManifests(kubelet: Kubelet, client: Client): Work<void> {
  const found = manifestsOf(kubelet);
  kubelet.port.post({ do: 'manifests' }, found === undefined ? ABSENT : PRESENT, []);
  const { manifests } = kubelet.state();
  if (found === undefined) return;
  for (const [name, known] of [...manifests]) {
    if (found.get(name)?.text === known.text) continue;
    manifests.delete(name);
    yield* removeStatic(kubelet, known.uid, client);
  }
  for (const [name, { text, stamp }] of found) {
    if (manifests.has(name)) continue;
    const pod = staticPod(kubelet, text);
    // A pod that is still ending has to end before another begins under its name.
    if (pod !== undefined && isInUse(kubelet, pod)) continue;
    manifests.set(name, { text, stamp, uid: pod?.metadata?.uid ?? '' });
    if (pod !== undefined) yield* beginStatic(kubelet, pod, client);
  }
  if (kubelet.now() % STATUS_ROUND_MS < PRESENT) yield* repairMirrors(kubelet, client);
}

function isInUse({ state }: Kubelet, { metadata }: V1Pod): boolean {
  const others = [...state().pods.values()].filter(({ isStatic, finished }) => isStatic && !finished);
  return others.some(
    ({ pod }) => pod.metadata?.name === metadata?.name && pod.metadata?.namespace === metadata?.namespace,
  );
}

const MANIFEST_NAME = /^[^.].{0,200}\.(?:yaml|yml|json)$/;

/** What the folder holds by file name; undefined when there is neither folder nor anything left of it. */
function manifestsOf({ runtime, state }: Kubelet): ReadonlyMap<string, ManifestFile> | undefined {
  const files = runtime.files();
  const found = new Map<string, ManifestFile>();
  const { manifests } = state();
  const names = unlessMissing(() => files.list(MANIFESTS));
  if (names === undefined) return manifests.size === 0 ? undefined : found;
  for (const name of names) {
    if (!MANIFEST_NAME.test(name)) continue;
    const path = `${MANIFESTS}/${name}`;
    const { type, inode, modified, size } = unlessMissing(() => files.stat(path)) ?? {};
    if (type !== 'file') continue;
    const stamp = `${inode} ${modified} ${size}`;
    const known = manifests.get(name);
    found.set(name, { text: known?.stamp === stamp ? known.text : files.readText(path), stamp });
  }
  return found;
}

/** The folder is looked at each second: that something is there isn't asked first. */
function unlessMissing<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof SysError) return undefined;
    throw error;
  }
}

/** Uids of the pods that the folder asks for: what an earlier life of the kubelet has begun of them is to go on. */
export function staticUids(kubelet: Kubelet): ReadonlySet<string> {
  if (kubelet.runtime.sandboxes().length === 0) return new Set();
  const found = manifestsOf(kubelet)?.values() ?? [];
  return new Set([...found].map(({ text }) => staticPod(kubelet, text)?.metadata?.uid ?? ''));
}

/** What was missed while the API couldn't be reached, didn't know the node, or the kubelet didn't run. */
function* repairMirrors(kubelet: Kubelet, client: Client): Work<void> {
  const { manifests, pods } = kubelet.state();
  for (const { uid } of manifests.values()) {
    const record = pods.get(uid);
    if (record !== undefined && record.apiUid === '') yield* restoreMirror(kubelet, record, client);
  }
  for (const mirror of kubelet.pods.list()) {
    if (mirror.metadata?.annotations?.[MIRROR] === undefined) continue;
    if (mirroredBy(kubelet, mirror.metadata.uid ?? '') === undefined) yield* removeMirror(mirror, client);
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
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
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
  recoverSandboxes(kubelet, record);
  if (record.sandboxes.length > 0) lookAt(kubelet, record);
  yield* requestSync(kubelet, record, [], client);
}

/** The mirror in the API; undefined when it refuses one, can't be reached, or doesn't know the node. */
function* createMirror(kubelet: Kubelet, pod: V1Pod, client: Client): Work<V1Pod | undefined> {
  try {
    return yield* mirrorIn(kubelet, pod, client);
  } catch (error) {
    if (reasonOf(error) === undefined && !(error instanceof Unreachable)) throw error;
    return undefined;
  }
}

function* mirrorIn(kubelet: Kubelet, pod: V1Pod, client: Client): Work<V1Pod | undefined> {
  const { uid: hash = '', ...metadata } = pod.metadata ?? {};
  const node = yield* client.find(Nodes, { name: kubelet.node.name });
  const uid = node?.metadata?.uid;
  if (uid === undefined) return undefined;
  const owner = { apiVersion: 'v1', kind: 'Node', name: kubelet.node.name, controller: true, uid };
  const annotations = { ...metadata.annotations, [MIRROR]: hash };
  const mirror: V1Pod = { ...pod, metadata: { ...metadata, annotations, ownerReferences: [owner] } };
  try {
    return yield* client.create(Pods, mirror);
  } catch (error) {
    if (reasonOf(error) !== 'AlreadyExists') throw error;
  }
  const known = yield* client.find(Pods, { name: metadata.name ?? '', namespace: metadata.namespace });
  if (known === undefined || known.metadata?.annotations?.[MIRROR] === hash) return known;
  yield* removeMirror(known, client);
  return yield* client.create(Pods, mirror);
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
export function deleteMirror({ pod, apiUid }: PodRecord, client: Client): Work<void> {
  return removeMirror({ metadata: { ...pod.metadata, uid: apiUid } }, client);
}

function* removeMirror({ metadata }: V1Pod, client: Client): Work<void> {
  const { name = '', namespace = '', uid = '' } = metadata ?? {};
  try {
    yield* client.delete(Pods, { name, namespace }, { gracePeriodSeconds: 0, preconditions: { uid } });
  } catch (error) {
    if (reasonOf(error) === undefined && !(error instanceof Unreachable)) throw error;
  }
}
