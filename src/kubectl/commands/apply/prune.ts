// apply --prune: what was applied once and isn't among the manifests any more is deleted.

import { apiVersion, parseApiVersion } from '../../../../sandbox/kube/resource.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import type { Mapping } from '../../discovery/mapping.ts';
import { asError } from '../../errors.ts';
import { lastApplied } from '../../lastapplied.ts';
import { metaText } from '../../resource/info.ts';
import { deleteObject, listPage } from '../../resource/requests.ts';
import { itemsOf } from '../../resource/sources.ts';
import { deleteOptions } from '../shared/deletion.ts';
import { type ApplyOptions, printerFor } from './options.ts';
import type { PruneKind } from './prunekinds.ts';

/** What was seen while manifests were applied. */
export interface Visited {
  readonly namespaces: ReadonlySet<string>;
  readonly uids: ReadonlySet<string>;
}

/** Kinds that are pruned when nobody says which: those that lie in namespaces first. */
const DEFAULT_KINDS = [
  ...['v1 ConfigMap', 'v1 Endpoints', 'v1 PersistentVolumeClaim', 'v1 Pod', 'v1 ReplicationController', 'v1 Secret'],
  ...['v1 Service', 'batch/v1 Job', 'batch/v1 CronJob', 'networking.k8s.io/v1 Ingress', 'apps/v1 DaemonSet'],
  ...['apps/v1 Deployment', 'apps/v1 ReplicaSet', 'apps/v1 StatefulSet', 'v1 Namespace', 'v1 PersistentVolume'],
];

export function* prune(call: Call, options: ApplyOptions, { namespaces, uids }: Visited): Blocking<void> {
  const mappings = yield* mappingsToPrune(call, options);
  for (const namespace of [...namespaces].sort()) {
    for (const mapping of mappings.filter(({ namespaced }) => namespaced)) {
      yield* pruneCollection(call, options, mapping, namespace, uids);
    }
  }
  for (const mapping of mappings.filter(({ namespaced }) => !namespaced)) {
    yield* pruneCollection(call, options, mapping, '', uids);
  }
}

function* mappingsToPrune(call: Call, options: ApplyOptions): Blocking<readonly Mapping[]> {
  const mapper = yield* call.mapper();
  const given = options.prune ?? [];
  if (given.length === 0 && options.namespace !== '') {
    yield* call.log.warning(
      'prune.go:71',
      'Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.',
    );
  }
  const kinds = given.length > 0 ? given : DEFAULT_KINDS.map(kindOf);
  const mappings: Mapping[] = [];
  for (const { group, version, kind } of kinds) mappings.push(yield* mapper.mapping({ group, kind }, version));
  return mappings;
}

function kindOf(text: string): PruneKind {
  const [version = '', kind = ''] = text.split(' ');
  return { ...parseApiVersion(version), kind };
}

function* pruneCollection(
  call: Call,
  options: ApplyOptions,
  mapping: Mapping,
  namespace: string,
  uids: ReadonlySet<string>,
): Blocking<void> {
  try {
    yield* pruneObjects(call, options, mapping, namespace, uids);
  } catch (error) {
    const what = `${apiVersion(mapping)}, Kind=${mapping.kind}`;
    const kind = mapping.namespaced ? 'namespaced' : 'nonNamespaced';
    throw new Error(`error pruning ${kind} object ${what}: ${asError(error).message}`);
  }
}

function* pruneObjects(
  call: Call,
  options: ApplyOptions,
  mapping: Mapping,
  namespace: string,
  uids: ReadonlySet<string>,
): Blocking<void> {
  const client = yield* call.client();
  const selectors = { labelSelector: call.flags.string('selector'), fieldSelector: '', limit: 0 };
  const list = yield* listPage(client, mapping, namespace, selectors, { listSource: 'simple.go:257' });
  const wished = deleteOptions(options.cascade, call.flags.number('grace-period'), options.dryRun === 'server');
  const request = { ...wished, named: true };
  for (const object of itemsOf(list)) {
    if (lastApplied(object) === undefined || uids.has(metaText(object, 'uid'))) continue;
    if (options.dryRun !== 'client') {
      yield* deleteObject(client, mapping, namespace, metaText(object, 'name'), request, 'simple.go:212');
    }
    yield* call.out((yield* printerFor(call, options, 'pruned')).print(object));
  }
}
