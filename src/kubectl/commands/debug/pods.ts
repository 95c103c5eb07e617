// The pods of `kubectl debug`: one more container in a pod, a changed copy of it, or a pod of its own on a node.

import { isObject, type JsonObject } from '../../../../sandbox/kube/json.ts';
import { applyStrategicMergePatch } from '../../../../sandbox/kube/patch/strategicpatch.ts';
import { Pods } from '../../../../sandbox/schema/generated/resources.ts';
import type { V1Container, V1EphemeralContainer, V1Node, V1Pod } from '../../../../sandbox/schema/generated/types.ts';
import type { Call } from '../../call.ts';
import { canonicalObject, typeOf } from '../../resource/typed.ts';
import type { DebugOptions } from './debug.ts';
import { applyProfile, changeSpec, type DebugStyle } from './profiles.ts';

export interface Prepared {
  readonly pod: V1Pod;
  /** The debug container; empty where none is new or changed. */
  readonly container: string;
}

/** What the flags say of a new container. */
function newContainer({ flags }: Call, options: DebugOptions, name: string): V1Container {
  const [image, policy] = [flags.string('image'), flags.string('image-pull-policy')];
  return {
    name,
    ...words(flags.bool('arguments-only'), options.words),
    ...(options.env.length === 0 ? {} : { env: options.env }),
    ...(image === '' ? {} : { image }),
    ...(policy === '' ? {} : { imagePullPolicy: policy }),
    ...(flags.bool('stdin') ? { stdin: true } : {}),
    ...(flags.bool('tty') ? { tty: true } : {}),
    terminationMessagePolicy: 'File',
  };
}

function words(areArguments: boolean, list: readonly string[]): Pick<V1Container, 'args' | 'command'> {
  if (list.length === 0) return {};
  return areArguments ? { args: list } : { command: list };
}

/** The profile's changes, then those of --custom. */
function profiled(call: Call, options: DebugOptions, { pod, container }: Prepared, style: DebugStyle): V1Pod {
  const changed = applyProfile(call.flags.string('profile'), pod, container, style, options.keep);
  const kind = typeOf(Pods);
  if (options.custom === undefined || kind === undefined) return changed;
  const list = style === 'ephemeral' ? 'ephemeralContainers' : 'containers';
  const patch: JsonObject = { spec: { [list]: [{ ...options.custom, name: container }] } };
  // A pod, patched, is a pod.
  return applyStrategicMergePatch(canonicalObject(changed, Pods), patch, kind.type).document as V1Pod;
}

export function withEphemeral(call: Call, options: DebugOptions, pod: V1Pod, name: string): V1Pod {
  const target = call.flags.string('target');
  const added: V1EphemeralContainer = {
    ...newContainer(call, options, name),
    ...(target === '' ? {} : { targetContainerName: target }),
  };
  const wider = changeSpec(pod, (spec) => ({
    ...spec,
    ephemeralContainers: [...(spec.ephemeralContainers ?? []), added],
  }));
  return profiled(call, options, { pod: wider, container: name }, 'ephemeral');
}

export function nodePod(call: Call, options: DebugOptions, node: V1Node, name: string): Prepared {
  const container = call.flags.string('container') || 'debugger';
  const pod: V1Pod = {
    metadata: { name, labels: { 'app.kubernetes.io/managed-by': 'kubectl-debug' } },
    spec: {
      containers: [newContainer(call, options, container)],
      nodeName: node.metadata?.name ?? '',
      restartPolicy: 'Never',
      tolerations: [{ operator: 'Exists' }],
    },
  };
  return { pod: profiled(call, options, { pod, container }, 'node'), container };
}

/** What --copy-to takes over as it is, with other images and on any node. */
export function plainCopy({ flags }: Call, pod: V1Pod): V1Pod {
  const { labels, annotations, namespace } = pod.metadata ?? {};
  const { ephemeralContainers: _, nodeName, ...spec } = pod.spec ?? { containers: [] };
  const images = flags.pairs('set-image');
  return {
    metadata: {
      name: flags.string('copy-to'),
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    spec: {
      ...spec,
      ...(flags.bool('same-node') && nodeName !== undefined ? { nodeName } : {}),
      ...(flags.changed('share-processes') ? { shareProcessNamespace: flags.bool('share-processes') } : {}),
      containers: spec.containers.map((each) => {
        const image = images.get(each.name) || images.get('*');
        return image ? { ...each, image } : each;
      }),
    },
  };
}

/** The copy with the debug container of that name: a new one, or one of its own made to do something else. */
export function copyWith(call: Call, options: DebugOptions, copy: V1Pod, name: string): Prepared {
  const present = containerNames(copy).includes(name);
  const change = <T extends V1Container>(each: T): T =>
    each.name === name ? { ...each, ...rewritten(call, options, each) } : each;
  const pod = changeSpec(copy, (spec) => ({
    ...spec,
    containers: present ? spec.containers.map(change) : [...spec.containers, newContainer(call, options, name)],
    ...(spec.initContainers === undefined ? {} : { initContainers: spec.initContainers.map(change) }),
  }));
  return { pod: profiled(call, options, { pod, container: name }, 'copy'), container: name };
}

function rewritten({ flags }: Call, options: DebugOptions, container: V1Container): V1Container {
  const [image, policy] = [flags.string('image'), flags.string('image-pull-policy')];
  const given = words(flags.bool('arguments-only'), options.words);
  return {
    ...container,
    ...given,
    ...(given.command === undefined ? {} : { args: [] }),
    ...(options.env.length === 0 ? {} : { env: options.env }),
    ...(image === '' ? {} : { image }),
    ...(policy === '' ? {} : { imagePullPolicy: policy }),
    stdin: flags.bool('stdin'),
    tty: flags.bool('tty'),
  };
}

export function containerNames({ spec }: V1Pod): readonly string[] {
  const lists = [spec?.containers, spec?.initContainers, spec?.ephemeralContainers];
  return lists.flatMap((list) => (list ?? []).map(({ name }) => name));
}

/** Whether what the profile grants is lost on a pod that runs as another user than root. */
export function isPowerless({ spec }: V1Pod, container: string): boolean {
  const list: readonly V1Container[] = [...(spec?.containers ?? []), ...(spec?.ephemeralContainers ?? [])];
  const context = list.find(({ name }) => name === container)?.securityContext;
  const user = spec?.securityContext?.runAsUser ?? 0;
  if (user === 0 || !isObject(context) || context.runAsUser === 0) return false;
  return context.privileged === true || (context.capabilities?.add ?? []).length > 0;
}
