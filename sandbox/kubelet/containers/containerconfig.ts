// What a container is made of for the runtime: command, environment, mounts, user and limits, from its pod's spec.

import type { Client } from '../../client/client.ts';
import type { MountSpec } from '../../machine/runtime/mounting.ts';
import type { ContainerSpec } from '../../machine/runtime.ts';
import { ConfigMaps, Secrets } from '../../schema/generated/resources.ts';
import type { V1ConfigMap, V1Container, V1SeccompProfile, V1Secret } from '../../schema/generated/types.ts';
import type { Work } from '../../time/loop.ts';
import type { Kubelet } from '../kubeletcontext.ts';
import { amountIn, findContainer, isHostNetwork, milliOf, podText, qosClass } from '../spec.ts';
import type { ContainerType, PodRecord } from '../state.ts';
import { DownwardError } from '../volumes/downward.ts';
import { podFolder, surroundingsOf } from '../volumes/volumes.ts';
import { ConfigError, environmentOf, type References, serviceVariables } from './env.ts';
import { expand } from './expansion.ts';

export interface Place {
  readonly sandbox: string;
  readonly restartCount: number;
}

/** ConfigError when it can't be made as it is configured. */
export function* configOf(
  kubelet: Kubelet,
  record: PodRecord,
  { container: name, type }: { readonly container: string; readonly type: ContainerType },
  { sandbox, restartCount }: Place,
  client: Client,
): Work<{ readonly spec: ContainerSpec; readonly messagePath: string }> {
  const container = findContainer(record.pod, name)?.container ?? { name };
  verifyUser(kubelet, record, container);
  const env = yield* environment(kubelet, record, container, client);
  const replace = (text: string): string => expand(text, (variable) => env.get(variable));
  const { namespace = '', name: pod = '' } = record.pod.metadata ?? {};
  const { command, args, workingDir, tty, stdin, stdinOnce } = container;
  const messagePath = `${podFolder(record.uid)}/containers/${name}/${restartCount}`;
  const target = targetOf(record, name, type);
  const spec: ContainerSpec = {
    sandbox,
    name,
    image: container.image ?? '',
    ...(command === undefined ? {} : { command: command.map(replace) }),
    ...(args === undefined ? {} : { args: args.map(replace) }),
    env,
    ...(workingDir === undefined || workingDir === '' ? {} : { workdir: workingDir }),
    mounts: mountsOf(kubelet, record, container, messagePath, replace),
    limits: limitsOf(container),
    oomScoreAdj: oomScore(kubelet, record, container),
    ...(tty === undefined ? {} : { tty }),
    ...(stdin === undefined ? {} : { stdin }),
    ...(stdinOnce === undefined ? {} : { stdinOnce }),
    ...securityOf(record, container),
    logPath: `/var/log/pods/${namespace}_${pod}_${record.uid}/${name}/${restartCount}.log`,
    rotateBytes: LOG_BYTES,
    rotateFiles: LOG_FILES,
    ...(target === undefined ? {} : { target }),
    labels: {
      uid: record.uid,
      name,
      restartCount,
      messagePath,
      messagePolicy: container.terminationMessagePolicy ?? 'File',
    },
  };
  return { spec, messagePath };
}

/** A log of 10 Mi is put aside; five files are kept. */
const LOG_BYTES = 10 * 1024 * 1024;
const LOG_FILES = 5;

/** The container whose processes an ephemeral one sees. */
function targetOf(record: PodRecord, name: string, type: ContainerType): string | undefined {
  if (type !== 'ephemeral') return undefined;
  const wanted = record.pod.spec?.ephemeralContainers?.find((one) => one.name === name)?.targetContainerName ?? '';
  if (wanted === '') return undefined;
  const found = record.containers.findLast((one) => one.name === wanted);
  if (found === undefined) throw new ConfigError(`unable to find target container ${wanted}`);
  return found.id;
}

/** Reads what the environment refers to, then puts it together. */
function* environment(
  kubelet: Kubelet,
  record: PodRecord,
  container: V1Container,
  client: Client,
): Work<ReadonlyMap<string, string>> {
  const namespace = record.pod.metadata?.namespace ?? '';
  const configMaps = new Map<string, V1ConfigMap | undefined>();
  const secrets = new Map<string, V1Secret | undefined>();
  const { env = [], envFrom = [] } = container;
  const maps = [
    ...envFrom.map(({ configMapRef }) => configMapRef),
    ...env.map(({ valueFrom }) => valueFrom?.configMapKeyRef),
  ];
  for (const { name = '' } of maps.filter((one) => one !== undefined))
    configMaps.set(name, yield* client.find(ConfigMaps, { name, namespace }));
  const hidden = [...envFrom.map(({ secretRef }) => secretRef), ...env.map(({ valueFrom }) => valueFrom?.secretKeyRef)];
  for (const { name = '' } of hidden.filter((one) => one !== undefined))
    secrets.set(name, yield* client.find(Secrets, { name, namespace }));
  const references: References = { configMap: (name) => configMaps.get(name), secret: (name) => secrets.get(name) };
  const surroundings = surroundingsOf(kubelet, record);
  const sandbox = record.sandboxes.at(-1);
  const addresses = kubelet.runtime.sandbox(sandbox?.id ?? '')?.addresses ?? surroundings.podIPs;
  const services = serviceVariables(record.pod, kubelet.services.list());
  try {
    const podIPs = isHostNetwork(record.pod) ? surroundings.podIPs : addresses;
    return environmentOf(container, { ...surroundings, podIPs }, references, services);
  } catch (error) {
    if (error instanceof DownwardError) throw new ConfigError(error.message);
    throw error;
  }
}

function verifyUser(kubelet: Kubelet, { pod }: PodRecord, container: V1Container): void {
  const ofPod = pod.spec?.securityContext;
  const own = container.securityContext;
  if ((own?.runAsNonRoot ?? ofPod?.runAsNonRoot) !== true) return;
  const where = `(pod: "${podText(pod)}", container: ${container.name})`;
  const asked = own?.runAsUser ?? ofPod?.runAsUser;
  if (asked === 0) throw new ConfigError(`container's runAsUser breaks non-root policy ${where}`);
  if (asked !== undefined) return;
  const [user = ''] = (kubelet.runtime.image(container.image ?? '')?.config.user ?? '').split(':');
  if (user === '' || user === '0')
    throw new ConfigError(`container has runAsNonRoot and image will run as root ${where}`);
  if (!/^[0-9]{1,10}$/.test(user))
    throw new ConfigError(
      `container has runAsNonRoot and image has non-numeric user (${user}), cannot verify user is non-root ${where}`,
    );
}

type SecurityFields =
  | 'user'
  | 'privileged'
  | 'addCapabilities'
  | 'dropCapabilities'
  | 'readOnlyRoot'
  | 'seccomp'
  | 'noNewPrivileges';

function securityOf(
  { pod }: PodRecord,
  { securityContext: own = {} }: V1Container,
): Pick<ContainerSpec, SecurityFields> {
  const ofPod = pod.spec?.securityContext ?? {};
  const uid = own.runAsUser ?? ofPod.runAsUser;
  const gid = own.runAsGroup ?? ofPod.runAsGroup;
  const { fsGroup } = ofPod;
  const groups = [...(ofPod.supplementalGroups ?? []), ...(fsGroup === undefined ? [] : [fsGroup])];
  const { add = [], drop = [] } = own.capabilities ?? {};
  return {
    user: { ...(uid === undefined ? {} : { uid }), ...(gid === undefined ? {} : { gid }), groups },
    privileged: own.privileged === true,
    addCapabilities: add,
    dropCapabilities: drop,
    readOnlyRoot: own.readOnlyRootFilesystem === true,
    ...seccompOf(own.privileged === true ? undefined : (own.seccompProfile ?? ofPod.seccompProfile)),
    noNewPrivileges: own.allowPrivilegeEscalation === false,
  };
}

const PROFILES = '/var/lib/kubelet/seccomp';

/** Nothing is filtered where nothing is asked for. */
function seccompOf(profile: V1SeccompProfile | undefined): Pick<ContainerSpec, 'seccomp'> {
  if (profile === undefined || profile.type === 'Unconfined') return {};
  return { seccomp: profile.type === 'Localhost' ? { file: `${PROFILES}/${profile.localhostProfile ?? ''}` } : {} };
}

export function limitsOf({ resources }: V1Container): NonNullable<ContainerSpec['limits']> {
  const cpu = milliOf(resources?.limits?.cpu);
  const memory = amountIn(resources?.limits?.memory);
  return { ...(cpu > 0 ? { cpu } : {}), ...(memory > 0 ? { memory } : {}), oomGroup: true };
}

const GUARANTEED = -997;
const BEST_EFFORT = 1000;

/** Who is killed first when a node is out of memory: who has asked for the least of it. */
function oomScore({ node }: Kubelet, { pod }: PodRecord, { resources }: V1Container): number {
  const priority = pod.spec?.priority ?? 0;
  const qos = qosClass(pod);
  if (qos === 'Guaranteed' || priority >= 2_000_000_000) return GUARANTEED;
  if (qos === 'BestEffort') return BEST_EFFORT;
  const request = amountIn(resources?.requests?.memory);
  const score = 1000 - Math.floor((1000 * request) / node.memory);
  return Math.min(Math.max(score, 1000 + GUARANTEED), BEST_EFFORT - 1);
}

function mountsOf(
  kubelet: Kubelet,
  record: PodRecord,
  container: V1Container,
  messagePath: string,
  replace: (text: string) => string,
): readonly MountSpec[] {
  const mounts: MountSpec[] = [];
  for (const { name, mountPath, readOnly, subPath = '', subPathExpr = '' } of container.volumeMounts ?? []) {
    const made = record.volumes.made.get(name);
    if (made === undefined) throw new ConfigError(`volume ${name} is not mounted`);
    const path = subPathExpr === '' ? subPath : expandedPath(subPathExpr, replace);
    const source = sourceOf(kubelet, made);
    if (path !== '') prepareSubPath(kubelet, record, name, source, path);
    const fixed = made.kind === 'volume' && made.readOnly;
    mounts.push({
      target: mountPath.startsWith('/') ? mountPath : `/${mountPath}`,
      source,
      ...(path === '' ? {} : { subPath: path }),
      ...(readOnly === true || fixed || made.kind === 'image' ? { readOnly: true } : {}),
    });
  }
  return [...mounts, ...ownFiles(kubelet, record, container, messagePath, new Set(mounts.map(({ target }) => target)))];
}

function expandedPath(expression: string, replace: (text: string) => string): string {
  const path = replace(expression);
  if (path.includes('$(')) throw new ConfigError(`missing value for ${expression}`);
  return path;
}

function sourceOf(
  kubelet: Kubelet,
  made: NonNullable<ReturnType<PodRecord['volumes']['made']['get']>>,
): MountSpec['source'] {
  if (made.kind === 'volume') return { kind: 'volume', volume: made.volume };
  if (made.kind === 'host') return { kind: 'host', path: made.path };
  return { kind: 'image', digest: kubelet.runtime.image(made.image)?.digest ?? made.image };
}

/** A path inside a volume that isn't there yet is made a folder. */
function prepareSubPath(
  kubelet: Kubelet,
  record: PodRecord,
  volume: string,
  source: MountSpec['source'],
  path: string,
): void {
  if (path.startsWith('/') || path.split('/').includes('..'))
    throw new ConfigError(`failed to prepare subPath for volumeMount "${volume}" of container`);
  if (source.kind === 'image') return;
  const files = source.kind === 'volume' ? kubelet.volumeFiles(source.volume) : kubelet.runtime.files();
  const at = source.kind === 'volume' ? `/${path}` : `${source.path}/${path}`;
  if (!files.exists(at)) files.makeFolder(at, { mode: 0o755, ...groupOf(record) });
}

function groupOf({ pod }: PodRecord): { readonly gid?: number } {
  const gid = pod.spec?.securityContext?.fsGroup;
  return gid === undefined ? {} : { gid };
}

/** What the kubelet itself gives each container. */
function ownFiles(
  kubelet: Kubelet,
  record: PodRecord,
  container: V1Container,
  messagePath: string,
  taken: ReadonlySet<string>,
): readonly MountSpec[] {
  const folder = podFolder(record.uid);
  const given: (readonly [string, string])[] = [
    ['/etc/hosts', isHostNetwork(record.pod) ? '/etc/hosts' : `${folder}/etc-hosts`],
    ['/etc/hostname', `${folder}/hostname`],
    ['/etc/resolv.conf', `${folder}/resolv.conf`],
  ];
  const files = kubelet.runtime.files();
  const { terminationMessagePath = '/dev/termination-log' } = container;
  files.write(messagePath, '', { mode: 0o666 });
  given.push([terminationMessagePath, messagePath]);
  return given
    .filter(([target, path]) => !taken.has(target) && files.exists(path))
    .map(([target, path]) => ({ target, source: { kind: 'host', path } }));
}
