// Manifests put into the cluster by the teacher: what a lesson starts with.

import type { Cluster } from '../../sandbox/cluster.ts';
import { isObject } from '../../sandbox/kube/json.ts';
import type { KubeObject } from '../../sandbox/kube/meta.ts';
import { parseApiVersion } from '../../sandbox/kube/resource.ts';
import { ADMIN } from '../../sandbox/simulator.ts';
import type { Work } from '../../sandbox/time/loop.ts';
import { readDocuments } from '../kubectl/resource/documents.ts';
import { LESSON } from './checker.ts';

/** Who applies them; the field manager and the actor. */
const TEACHER = 'k8s-learn';

/** Applies every document of a text, as the server applies (fields of others are taken over). Throws on what isn't one. */
export function* applyManifests(simulator: Cluster, manifests: string, input: number): Work<void> {
  const client = simulator.client(ADMIN, TEACHER).because([{ kind: 'input', input, what: LESSON }]);
  for (const object of documents(manifests)) {
    const { group, version } = parseApiVersion(object.apiVersion ?? '');
    const type = simulator.api.registry.byKind(group, version, object.kind ?? '')?.type;
    if (type === undefined) throw new Error(`no kind ${object.kind} is served in ${object.apiVersion}`);
    const namespace = type.namespaced ? (object.metadata?.namespace ?? 'default') : undefined;
    const name = object.metadata?.name ?? '';
    yield* client.patch(
      type,
      { name, namespace },
      { type: 'apply', body: JSON.parse(JSON.stringify(object)), options: { fieldManager: TEACHER, force: true } },
    );
  }
}

/** The objects in a text of YAML documents, lists of them unpacked. */
function documents(text: string): readonly KubeObject[] {
  return [...readDocuments(text)].flatMap(({ value }) => {
    if (!isObject(value)) throw new Error('a manifest is an object');
    const { items } = value;
    return (value['kind'] === 'List' && Array.isArray(items) ? items : [value]) as KubeObject[];
  });
}
