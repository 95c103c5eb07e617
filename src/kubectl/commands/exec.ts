// kubectl exec: runs a command in a container that runs already.

import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { Pods } from '../../../sandbox/schema/generated/resources.ts';
import type { V1Pod } from '../../../sandbox/schema/generated/types.ts';
import type { Call } from '../call.ts';
import { command } from '../command.ts';
import { usageError } from '../errors.ts';
import { isList, objectOf } from '../resource/info.ts';
import { containerNamed, containerOrDefault, notValid } from '../streams/containers.ts';
import { attachablePod } from '../streams/pods.ts';
import { runSession } from '../streams/session.ts';
import { usesTerminal } from '../streams/terminal.ts';
import { fileOptions } from './shared/files.ts';

interface ExecOptions {
  readonly resource: string;
  readonly command: readonly string[];
  readonly namespace: string;
  readonly explicitNamespace: boolean;
}

export const exec = command<ExecOptions>({
  path: 'exec',
  long: 'Run a command in a container.',
  examples: `
# The date in the first container of a pod
kubectl exec web -- date

# In one of several containers
kubectl exec web -c sidecar -- ls /data

# A shell
kubectl exec web -it -- sh

# In a pod of a deployment
kubectl exec deploy/web -- date`,
  *complete(call) {
    const { args, argsBeforeDash, flags } = call;
    const command = argsBeforeDash > -1 ? args.slice(argsBeforeDash) : [];
    if (argsBeforeDash < 0 && (args.length > 1 || (args.length > 0 && fileOptions(call).filenames.length > 0))) {
      throw usageError(
        'kubectl exec',
        'exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead',
      );
    }
    const { namespace, explicit } = yield* call.namespace();
    if (flags.duration('pod-running-timeout') <= 0) {
      throw usageError('kubectl exec', '--pod-running-timeout must be higher than zero');
    }
    yield* call.restConfig();
    const resource = argsBeforeDash !== 0 ? (args[0] ?? '') : '';
    return { resource, command, namespace, explicitNamespace: explicit };
  },
  validate({ resource, command: words }, call) {
    if (resource === '' && fileOptions(call).filenames.length === 0) {
      throw new Error('pod, type/name or --filename must be specified');
    }
    if (words.length === 0) throw new Error('you must specify at least one command for the container');
  },
  run,
});

function* run(options: ExecOptions, call: Call): Blocking<void> {
  const { flags } = call;
  const pod = yield* podFor(options, call);
  const phase = pod.status?.phase ?? '';
  if (phase === 'Succeeded' || phase === 'Failed') {
    throw new Error(`cannot exec into a container in a completed pod; current phase is ${phase}`);
  }
  const given = flags.string('container');
  const quiet = flags.bool('quiet');
  const container = given === '' ? yield* containerOrDefault(call, pod, '', quiet) : containerNamed(pod, given);
  if (container === undefined) throw notValid(pod, given);
  const stdin = flags.bool('stdin');
  const tty = yield* usesTerminal(call, stdin, flags.bool('tty'), quiet);
  yield* runSession(call.sys, yield* call.client(), {
    namespace: pod.metadata?.namespace ?? '',
    pod: pod.metadata?.name ?? '',
    container: container.name,
    command: options.command,
    stdin,
    stderr: !tty,
    tty,
  });
}

function* podFor({ resource, namespace, explicitNamespace }: ExecOptions, call: Call): Blocking<V1Pod> {
  const selected = yield* call.select({
    namespace,
    enforceNamespace: explicitNamespace,
    files: fileOptions(call),
    typed: true,
    ...(resource === '' ? {} : { named: { names: [resource], defaultType: Pods.resource } }),
  });
  const [info, ...more] = yield* selected.infos();
  if (info === undefined || more.length > 0 || isList(objectOf(info))) {
    throw new Error('cannot exec into multiple objects at a time');
  }
  return yield* attachablePod(call, info, call.flags.duration('pod-running-timeout'));
}
