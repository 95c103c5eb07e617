// kubectl attach: joins the process that a container runs.

import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { Pods } from '../../../sandbox/schema/generated/resources.ts';
import type { V1Pod } from '../../../sandbox/schema/generated/types.ts';
import type { Call } from '../call.ts';
import { command } from '../command.ts';
import { asError, usageError } from '../errors.ts';
import { containerOrDefault, type NamedContainer } from '../streams/containers.ts';
import { attachablePod } from '../streams/pods.ts';
import { runSession } from '../streams/session.ts';
import { keysOf, usesTerminal } from '../streams/terminal.ts';

export const attach = command<{ readonly namespace: string }>({
  path: 'attach',
  long: 'Join the process that runs in a container: its output comes here, and with -i our input goes there.',
  examples: `
# Output of a pod's first container
kubectl attach web

# Of one of several containers
kubectl attach web -c sidecar

# With our own input and a terminal
kubectl attach web -i -t`,
  *complete(call) {
    const { namespace } = yield* call.namespace();
    if (call.flags.duration('pod-running-timeout') <= 0) {
      throw usageError('kubectl attach', '--pod-running-timeout must be higher than zero');
    }
    yield* call.restConfig();
    return { namespace };
  },
  validate(_, { args }) {
    if (args.length === 0) throw new Error('at least 1 argument is required for attach');
    if (args.length > 2) {
      const saw = `saw ${args.length}: [${args.join(' ')}]`;
      throw new Error(`expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) ${saw}`);
    }
  },
  *run({ namespace }, call) {
    const [first = '', second] = call.args;
    const named =
      second === undefined ? { names: [first], defaultType: Pods.resource } : { names: [second], defaultType: first };
    const [info] = yield* (yield* call.select({ namespace, named, typed: true })).infos();
    if (info === undefined) throw new Error('expected a resource');
    const pod = yield* attachablePod(call, info, call.flags.duration('pod-running-timeout'));
    const phase = pod.status?.phase ?? '';
    if (phase === 'Succeeded' || phase === 'Failed') {
      throw new Error(`cannot attach a container in a completed pod; current phase is ${phase}`);
    }
    const { flags } = call;
    const options = {
      stdin: flags.bool('stdin'),
      tty: flags.bool('tty'),
      quiet: flags.bool('quiet'),
      container: flags.string('container'),
    };
    yield* attachTo(call, pod, options);
  },
});

export interface AttachOptions {
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly quiet: boolean;
  /** Empty for the default. */
  readonly container: string;
}

const NOTICE =
  'All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.\n';

export function* attachTo(call: Call, pod: V1Pod, options: AttachOptions): Blocking<void> {
  const { stdin, quiet } = options;
  const { name = '', namespace = '' } = pod.metadata ?? {};
  const container = yield* containerFor(call, pod, options);
  if (options.tty && !container.tty && !quiet) {
    yield* call.err(`error: Unable to use a TTY - container ${container.name} did not allocate one\n`);
  }
  const tty = yield* usesTerminal(call, stdin, container.tty, quiet);
  if (!quiet) yield* call.err(`${NOTICE}If you don't see a command prompt, try pressing enter.\n`);
  yield* runSession(call.sys, yield* call.client(), {
    namespace,
    pod: name,
    container: container.name,
    stdin,
    stderr: !tty,
    tty,
    detachKeys: keysOf((call.flags.has('detach-keys') && call.flags.string('detach-keys')) || 'ctrl-p,ctrl-q'),
  });
  if (!quiet && stdin && tty) yield* call.out(`${farewell(container, name, namespace)}\n`);
}

function* containerFor(call: Call, pod: V1Pod, { container, quiet }: AttachOptions): Blocking<NamedContainer> {
  try {
    return yield* containerOrDefault(call, pod, container, quiet);
  } catch (error) {
    throw new Error(`cannot attach to the container: ${asError(error).message}`);
  }
}

function farewell({ name, kind }: NamedContainer, pod: string, namespace: string): string {
  const again = `'kubectl attach ${pod} -c ${name} -n ${namespace} -i -t'`;
  return kind === 'ephemeralContainers'
    ? `Session ended, the ephemeral container will not be restarted but may be reattached using ${again} if it is still running`
    : `Session ended, resume using ${again} command`;
}
