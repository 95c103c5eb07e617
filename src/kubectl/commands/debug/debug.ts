// kubectl debug: a container to look around with, in a pod, in a copy of it, or on a node.

import { goJson, quote } from '../../../../sandbox/kube/go/text.ts';
import { isObject, type JsonObject } from '../../../../sandbox/kube/json.ts';
import { createTwoWayMergePatch } from '../../../../sandbox/kube/patch/strategicpatch.ts';
import { StatusError } from '../../../../sandbox/kube/status.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import { Pods } from '../../../../sandbox/schema/generated/resources.ts';
import type { V1EnvVar, V1Node, V1Pod } from '../../../../sandbox/schema/generated/types.ts';
import type { Call } from '../../call.ts';
import { command } from '../../command.ts';
import { asError } from '../../errors.ts';
import { readText } from '../../files.ts';
import { type Info, kindOf, metaText, objectOf } from '../../resource/info.ts';
import { patchObject } from '../../resource/requests.ts';
import { canonicalObject, createTyped, deleteTyped, typeOf } from '../../resource/typed.ts';
import { ACCEPT_TYPED } from '../../rest/client.ts';
import { parseYaml } from '../../text/yaml.ts';
import { randomSuffix } from '../create/images.ts';
import { fileOptions } from '../shared/files.ts';
import { confirmImage } from '../shared/image.ts';
import { joinDebugger } from './joining.ts';
import { containerNames, copyWith, isPowerless, nodePod, type Prepared, plainCopy, withEphemeral } from './pods.ts';
import { isProfile, type Keep } from './profiles.ts';

export interface DebugOptions {
  readonly namespace: string;
  readonly explicitNamespace: boolean;
  readonly names: readonly string[];
  /** What stands after the dashes. */
  readonly words: readonly string[];
  readonly attach: boolean;
  readonly env: readonly V1EnvVar[];
  readonly keep: Keep;
  /** A part of a container, of --custom. */
  readonly custom: JsonObject | undefined;
}

export const debug = command<DebugOptions>({
  path: 'debug',
  long: `
Look into workloads and nodes with containers that hold the tools for it.

A pod gets an ephemeral container, or with --copy-to a copy that may have other images and commands. A node gets a pod of its own, in the host's namespaces and with its files under /host.`,
  examples: `
# A shell beside the containers of a pod
kubectl debug web -it --image=busybox:1.36

# That sees the processes of one of them
kubectl debug web -it --image=busybox:1.36 --target=app

# In a copy of the pod
kubectl debug web -it --image=busybox:1.36 --copy-to=web-debug

# A copy whose container begins with a shell
kubectl debug web -it --copy-to=web-debug --container=app -- sh

# A copy with another image
kubectl debug web --copy-to=web-debug --set-image=app=nginx:1.28

# A node
kubectl debug node/n1 -it --image=busybox:1.36`,
  complete,
  *run(options, call) {
    yield* confirm(options, call);
    const selected = yield* call.select({
      namespace: options.namespace,
      enforceNamespace: options.explicitNamespace,
      files: fileOptions(call),
      named: { names: options.names, defaultType: Pods.resource },
      typed: true,
    });
    yield* selected.visit(function* (info) {
      const made = yield* debugOne(call, options, info);
      if (options.attach && made.container !== '') yield* joinDebugger(call, made.pod, made.container);
    });
  },
});

function* complete(call: Call): Blocking<DebugOptions> {
  const { flags, args, argsBeforeDash } = call;
  const dashed = argsBeforeDash !== undefined && argsBeforeDash >= 0 && args.length > argsBeforeDash;
  const { namespace, explicit } = yield* call.namespace();
  const profile = flags.string('profile');
  if (!isProfile(profile)) throw new Error(`unknown profile: ${profile}`);
  const custom = yield* customOf(call);
  yield* call.restConfig();
  return {
    namespace,
    explicitNamespace: explicit,
    names: dashed ? args.slice(0, argsBeforeDash) : args,
    words: dashed ? args.slice(argsBeforeDash) : [],
    attach: flags.changed('attach') ? flags.bool('attach') : flags.bool('attach') || flags.bool('stdin'),
    env: [...flags.pairs('env')].map(([name, value]) => ({ name, value })),
    keep: {
      labels: flags.bool('keep-labels'),
      annotations: flags.bool('keep-annotations'),
      liveness: flags.bool('keep-liveness'),
      readiness: flags.bool('keep-readiness'),
      startup: flags.bool('keep-startup'),
      initContainers: flags.bool('keep-init-containers'),
    },
    custom,
  };
}

function* customOf(call: Call): Blocking<JsonObject | undefined> {
  const path = call.flags.string('custom');
  if (path === '') return undefined;
  let text: string;
  try {
    text = yield* readText(call.sys, path);
  } catch (error) {
    throw new Error(`must pass a container spec json file for custom profile: ${asError(error).message}`);
  }
  const value = parseYaml(text);
  if (!isObject(value)) throw new Error(`${path} does not contain a valid container spec`);
  return value;
}

const FIXED_FIELDS = ['name', 'command', 'image', 'lifecycle', 'volumeDevices'];

function* confirm(options: DebugOptions, call: Call): Blocking<void> {
  const { flags } = call;
  const [image, container, target] = [flags.string('image'), flags.string('container'), flags.string('target')];
  const refuse = (wrong: boolean, message: string): void => {
    if (wrong) throw new Error(message);
  };
  refuse(
    options.attach && flags.changed('attach') && image === '' && container === '',
    'you must specify --container or create a new container using --image in order to attach.',
  );
  confirmStyle(call, options);
  if (image !== '') confirmImage(image, `invalid image name ${quote(image)}`);
  refuse(
    options.names.length === 0 && fileOptions(call).filenames.length === 0,
    'NAME or filename is required for debug',
  );
  const policy = flags.string('image-pull-policy');
  refuse(!['', 'Always', 'IfNotPresent', 'Never'].includes(policy), `invalid image pull policy: ${policy}`);
  for (const [name, each] of flags.pairs('set-image')) {
    confirmImage(each, `invalid image name ${quote(each)} for container ${quote(name)}`);
  }
  if (target !== '') {
    refuse(flags.string('copy-to') !== '', '--target is incompatible with --copy-to. Use --share-processes instead.');
    const note =
      "If you don't see processes from this container it may be because the container runtime doesn't support this feature.";
    if (!flags.bool('quiet')) yield* call.out(`Targeting container ${quote(target)}. ${note}\n`);
  }
  refuse(flags.bool('tty') && !flags.bool('stdin'), '-i/--stdin is required for containers with -t/--tty=true');
  refuse(
    FIXED_FIELDS.some((field) => options.custom !== undefined && Object.hasOwn(options.custom, field)),
    'name, command, image, lifecycle and volume devices are not modifiable via custom profile',
  );
  if (flags.string('profile') === 'legacy') yield* call.err(LEGACY);
}

const LEGACY =
  '--profile=legacy is deprecated and planned to be removed in v1.39. It is recommended to specify other profile, for example "--profile=general".\n';

/** Flags that only mean something with --copy-to, or without it. */
function confirmStyle({ flags }: Call, { words }: DebugOptions): void {
  const image = flags.string('image');
  const setsImages = flags.pairs('set-image').size > 0;
  if (flags.string('copy-to') === '') {
    if (flags.bool('replace')) throw new Error('--replace may only be used with --copy-to.');
    if (flags.bool('same-node')) throw new Error('--same-node may only be used with --copy-to.');
    if (setsImages) throw new Error('--set-image may only be used with --copy-to.');
    if (image === '') throw new Error('you must specify --image when not using --copy-to.');
    return;
  }
  if (image === '' && !setsImages && words.length === 0) {
    throw new Error('you must specify --image, --set-image or command arguments.');
  }
  if (words.length > 0 && flags.string('container') === '' && image === '') {
    throw new Error('you must specify an existing container or a new image when specifying args.');
  }
}

function* debugOne(call: Call, options: DebugOptions, info: Info): Blocking<Prepared> {
  const { group, version, kind } = kindOf(info);
  const object = objectOf(info);
  // The server answers what was asked for.
  if (group === '' && kind === 'Node') return yield* debugNode(call, options, object as V1Node);
  if (group !== '' || kind !== 'Pod') {
    const text = `${group === '' ? '' : `${group}/`}${version}, Kind=${kind}`;
    throw new Error(`${quote(group === '' ? `/${text}` : text)} not supported by debug`);
  }
  const pod = object as V1Pod;
  return yield* call.flags.string('copy-to') === ''
    ? debugInside(call, options, info, pod)
    : debugCopy(call, options, pod);
}

function* debugNode(call: Call, options: DebugOptions, node: V1Node): Blocking<Prepared> {
  const nodeName = node.metadata?.name ?? '';
  const name = `node-debugger-${nodeName}-${randomSuffix(call.sys, 5)}`;
  const { pod, container } = nodePod(call, options, node, name);
  if (!call.flags.bool('quiet')) {
    yield* call.out(`Creating debugging pod ${name} with container ${container} on node ${nodeName}.\n`);
  }
  return { pod: yield* createPod(call, options.namespace, pod), container };
}

function* createPod(call: Call, namespace: string, pod: V1Pod): Blocking<V1Pod> {
  return yield* createTyped(yield* call.client(), Pods, namespace, pod);
}

/** The name for the debug container, said aloud where it was made up. */
function* debuggerName(call: Call, pod: V1Pod): Blocking<string> {
  const given = call.flags.string('container');
  if (given !== '') return given;
  const taken = containerNames(pod);
  let name: string;
  do name = `debugger-${randomSuffix(call.sys, 5)}`;
  while (taken.includes(name));
  if (!call.flags.bool('quiet')) yield* call.out(`Defaulting debug container name to ${name}.\n`);
  return name;
}

function* debugInside(call: Call, options: DebugOptions, info: Info, pod: V1Pod): Blocking<Prepared> {
  const name = yield* debuggerName(call, pod);
  const wished = withEphemeral(call, options, pod, name);
  yield* warn(call, wished, name);
  const kind = typeOf(Pods);
  if (kind === undefined) throw new Error('pods have a structure');
  const difference = createTwoWayMergePatch(canonicalObject(pod, Pods), canonicalObject(wished, Pods), kind.type);
  const patch = goJson(difference, 'sorted');
  const client = yield* call.client();
  try {
    const write = { subresource: 'ephemeralcontainers', accept: ACCEPT_TYPED };
    const answer = yield* patchObject(client, info, 'strategic', patch, write);
    // The server answers with the pod.
    return { pod: answer as V1Pod, container: name };
  } catch (error) {
    const disabled = error instanceof StatusError && error.status.reason === 'NotFound' && !error.status.details?.name;
    if (!disabled) throw error;
    const what = `(error from server: ${quote(error.message)})`;
    throw new Error(`ephemeral containers are disabled for this cluster ${what}`);
  }
}

function* debugCopy(call: Call, options: DebugOptions, pod: V1Pod): Blocking<Prepared> {
  const { namespace = '' } = pod.metadata ?? {};
  const prepared = yield* copyOf(call, options, plainCopy(call, pod));
  yield* warn(call, prepared.pod, prepared.container);
  const created = yield* createPod(call, namespace, prepared.pod);
  if (call.flags.bool('replace')) {
    const name = metaText(canonicalObject(pod, Pods), 'name');
    yield* deleteTyped(yield* call.client(), Pods, namespace, name, { gracePeriodSeconds: 0 });
  }
  return { pod: created, container: prepared.container };
}

function* copyOf(call: Call, options: DebugOptions, copy: V1Pod): Blocking<Prepared> {
  const { flags } = call;
  const present = containerNames(copy).includes(flags.string('container'));
  if (!present && flags.string('image') === '') {
    if (flags.pairs('set-image').size > 0) return { pod: copy, container: '' };
    throw new Error('you must specify image when creating new container');
  }
  return copyWith(call, options, copy, yield* debuggerName(call, copy));
}

function* warn(call: Call, pod: V1Pod, container: string): Blocking<void> {
  if (!isPowerless(pod, container)) return;
  const advice =
    'Please consider using "--custom" with a custom profile that specifies "securityContext.runAsUser: 0".';
  yield* call.err(
    `Warning: Non-root user is configured for the entire target Pod, and some capabilities granted by debug profile may not work. ${advice}\n`,
  );
}
