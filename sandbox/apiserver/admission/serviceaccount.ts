// ServiceAccount: every pod runs as somebody. A pod that names no service account gets `default`, and each container gets
// the volume with the account's token, unless the pod or the account says no. A new namespace has its `default` account in
// a moment: pods wait for it.

import type { KubeObject } from '../../kube/meta.ts';
import { ServiceAccounts } from '../../schema/generated/resources.ts';
import type { V1Container, V1Pod, V1PodSpec, V1ServiceAccount, V1Volume } from '../../schema/generated/types.ts';
import { nameSuffix } from '../../time/chance.ts';
import type { Work } from '../../time/loop.ts';
import { durationMs } from '../../time/units.ts';
import type { AdmissionPlugin, Attributes } from './chain.ts';
import type { Pause } from './pause.ts';
import { forbiddenBy } from './refusal.ts';

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const VOLUME_PREFIX = 'kube-api-access-';
const MIRROR = 'kubernetes.io/config.mirror';

/** The account that a controller makes in each new namespace, and how often it is looked for. */
const DEFAULT_ACCOUNT = 'default';
const TRIES = 10;
/** Milliseconds between two looks: this many, and up to as many again by chance. */
const BETWEEN_TRIES = 100;

export function serviceAccount(pause: Pause): AdmissionPlugin {
  return {
    name: 'ServiceAccount',
    handles: ({ verb, served, subresource }) =>
      verb === 'CREATE' && subresource === '' && served.type.group === '' && served.type.resource === 'pods',
    *mutate(attributes) {
      const pod = attributes.object as V1Pod;
      if (pod.metadata?.annotations !== undefined && Object.hasOwn(pod.metadata.annotations, MIRROR)) return pod;
      return yield* withAccount(pod, attributes, pause);
    },
  };
}

function* withAccount(pod: V1Pod, attributes: Attributes, pause: Pause): Work<KubeObject> {
  const { spec } = pod;
  if (spec === undefined) return pod;
  const { serviceAccountName: given = '' } = spec;
  const name = given === '' ? DEFAULT_ACCOUNT : given;
  const account = yield* accountOf(name, attributes, pause);
  if (account === undefined) {
    throw forbiddenBy(
      attributes,
      `error looking up service account ${attributes.namespace ?? ''}/${name}: serviceaccount "${name}" not found`,
    );
  }
  const named: V1PodSpec = { ...spec, serviceAccountName: name, serviceAccount: name, ...pullSecrets(spec, account) };
  return { ...pod, spec: wantsToken(spec, account) ? withToken(named, attributes) : named };
}

function* accountOf(
  name: string,
  { context, namespace = '', name: pod }: Attributes,
  pause: Pause,
): Work<V1ServiceAccount | undefined> {
  const tries = name === DEFAULT_ACCOUNT ? TRIES : 1;
  const chance = context.draws('wait for account', namespace, pod, String(context.revision()));
  const between = durationMs(BETWEEN_TRIES + chance.below(0, BETWEEN_TRIES));
  for (let attempt = 1; ; attempt++) {
    const account = context.get(ServiceAccounts, namespace, name);
    if (account !== undefined || attempt === tries) return account;
    yield* pause(between);
  }
}

function pullSecrets(spec: V1PodSpec, account: V1ServiceAccount): Pick<V1PodSpec, 'imagePullSecrets'> {
  const own = spec.imagePullSecrets ?? [];
  const inherited = account.imagePullSecrets ?? [];
  return own.length > 0 || inherited.length === 0 ? {} : { imagePullSecrets: inherited };
}

function wantsToken(spec: V1PodSpec, account: V1ServiceAccount): boolean {
  return spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
}

/** Adds the token's volume to each container that doesn't mount something at its place already. */
function withToken(spec: V1PodSpec, attributes: Attributes): V1PodSpec {
  const known = spec.volumes?.find((volume) => volume.name.startsWith(VOLUME_PREFIX) && volume.projected !== undefined);
  const volume = known ?? tokenVolume(`${VOLUME_PREFIX}${volumeSuffix(attributes)}`);
  let used = false;
  const mounted = (containers: readonly V1Container[]): readonly V1Container[] =>
    containers.map((container) => {
      const mounts = container.volumeMounts ?? [];
      if (mounts.some(({ mountPath }) => mountPath === TOKEN_PATH)) return container;
      used = true;
      return { ...container, volumeMounts: [...mounts, { name: volume.name, readOnly: true, mountPath: TOKEN_PATH }] };
    });
  const containers = mounted(spec.containers ?? []);
  const initContainers = spec.initContainers && mounted(spec.initContainers);
  const volumes = known === undefined && used ? [...(spec.volumes ?? []), volume] : spec.volumes;
  return { ...spec, containers, ...(initContainers && { initContainers }), ...(volumes && { volumes }) };
}

function volumeSuffix({ context, namespace = '', name, object }: Attributes): string {
  const prefix = object?.metadata?.generateName ?? name;
  return nameSuffix(context.draws('token volume', namespace, prefix, String(context.revision())), 0);
}

function tokenVolume(name: string): V1Volume {
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        {
          downwardAPI: {
            items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
          },
        },
      ],
      defaultMode: 420,
    },
  };
}
