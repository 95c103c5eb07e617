// What a pod names: secrets, config maps, claims and accounts, wherever they stand in its volumes and environments.

import { isArray, isObject, type JsonValue, own } from '../kube/json.ts';
import type { V1Pod } from './generated/types.ts';

/** What pods refer to by name, as resources. */
export type Related = 'secrets' | 'configmaps' | 'persistentvolumeclaims' | 'serviceaccounts' | 'resourceclaims';

export type Reference = readonly [kind: Related, name: string];

/** The objects of its namespace that a pod names. */
export function referencesOf({ metadata, spec }: V1Pod): readonly Reference[] {
  const { serviceAccountName, volumes, imagePullSecrets, resourceClaims } = spec ?? {};
  const found: (readonly [Related, string | undefined])[] = [
    ['serviceaccounts', serviceAccountName],
    ...(imagePullSecrets ?? []).map(({ name }) => ['secrets', name] as const),
    ...(resourceClaims ?? []).map(({ resourceClaimName }) => ['resourceclaims', resourceClaimName] as const),
    ...containersOf(spec).flatMap(({ env, envFrom }) => [...namedIn(env), ...namedIn(envFrom)]),
    ...namedIn(volumes),
    ...(volumes ?? []).flatMap(({ name, ephemeral }) =>
      ephemeral === undefined ? [] : [['persistentvolumeclaims', `${metadata?.name ?? ''}-${name}`] as const],
    ),
  ];
  return found.flatMap(([kind, name]) => (name === undefined || name === '' ? [] : [[kind, name] as const]));
}

function containersOf(spec: V1Pod['spec']) {
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? []), ...(spec?.ephemeralContainers ?? [])];
}

/** Members that name an object, wherever they stand in volumes and environments, and the member that has the name. */
const NAMING: ReadonlyMap<string, readonly (readonly [kind: Related, member: string])[]> = new Map([
  [
    'secret',
    [
      ['secrets', 'secretName'],
      ['secrets', 'name'],
    ],
  ],
  ['secretRef', [['secrets', 'name']]],
  ['secretKeyRef', [['secrets', 'name']]],
  ['nodePublishSecretRef', [['secrets', 'name']]],
  ['azureFile', [['secrets', 'secretName']]],
  ['configMap', [['configmaps', 'name']]],
  ['configMapRef', [['configmaps', 'name']]],
  ['configMapKeyRef', [['configmaps', 'name']]],
  ['persistentVolumeClaim', [['persistentvolumeclaims', 'claimName']]],
]);

function namedIn(value: unknown): readonly (readonly [Related, string | undefined])[] {
  const found: (readonly [Related, string])[] = [];
  const visit = (part: JsonValue): void => {
    if (isArray(part)) for (const item of part) visit(item);
    if (!isObject(part)) return;
    for (const [key, member] of Object.entries(part)) {
      if (member === undefined || typeof member !== 'object') continue;
      for (const [kind, field] of NAMING.get(key) ?? []) {
        const name = isObject(member) ? own(member, field) : undefined;
        if (typeof name === 'string') found.push([kind, name]);
      }
      visit(member);
    }
  };
  visit((value ?? null) as JsonValue);
  return found;
}
