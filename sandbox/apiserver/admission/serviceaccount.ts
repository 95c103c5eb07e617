// ServiceAccount: every pod runs as somebody. A pod that names no service account gets `default`, and each container gets
// the volume with the account's token, unless the pod or the account says no.

import type { KubeObject } from '../../kube/meta.ts';
import { forbidden } from '../../kube/status.ts';
import { ServiceAccounts } from '../../schema/generated/resources.ts';
import type { V1Container, V1Pod, V1PodSpec, V1ServiceAccount, V1Volume } from '../../schema/generated/types.ts';
import { nameSuffix } from '../../time/chance.ts';
import type { AdmissionPlugin, Attributes } from './chain.ts';

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const VOLUME_PREFIX = 'kube-api-access-';
const MIRROR = 'kubernetes.io/config.mirror';

export const serviceAccount: AdmissionPlugin = {
  name: 'ServiceAccount',
  handles: ({ verb, served, subresource }) =>
    verb === 'CREATE' && subresource === '' && served.type.group === '' && served.type.resource === 'pods',
  *mutate(attributes) {
    const pod = attributes.object as V1Pod;
    if (pod.metadata?.annotations !== undefined && Object.hasOwn(pod.metadata.annotations, MIRROR)) return pod;
    return withAccount(pod, attributes);
  },
};

function withAccount(pod: V1Pod, attributes: Attributes): KubeObject {
  const { spec } = pod;
  if (spec === undefined) return pod;
  const name =
    spec.serviceAccountName === undefined || spec.serviceAccountName === '' ? 'default' : spec.serviceAccountName;
  const account = attributes.context.get(ServiceAccounts, attributes.namespace, name);
  if (account === undefined) {
    throw forbidden(
      { group: '', kind: 'pods', name: attributes.name },
      `error looking up service account ${attributes.namespace ?? ''}/${name}: serviceaccount "${name}" not found`,
    );
  }
  const named: V1PodSpec = { ...spec, serviceAccountName: name, serviceAccount: name, ...pullSecrets(spec, account) };
  return { ...pod, spec: wantsToken(spec, account) ? withToken(named, attributes) : named };
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
