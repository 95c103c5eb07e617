// kubectl run: one pod from an image; with -i or --attach it stays with the pod's first process.

import { quote } from '../../../../sandbox/kube/go/text.ts';
import type { JsonObject } from '../../../../sandbox/kube/json.ts';
import type { KubeObject } from '../../../../sandbox/kube/meta.ts';
import type { ResourceType } from '../../../../sandbox/kube/resource.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import { Pods, Services } from '../../../../sandbox/schema/generated/resources.ts';
import type { Call } from '../../call.ts';
import { command } from '../../command.ts';
import { asError, usageError } from '../../errors.ts';
import { remembering } from '../../lastapplied.ts';
import { objectPrinter, printerOptions } from '../../printers/formats.ts';
import type { ObjectPrinter } from '../../printers/printer.ts';
import { withMeta } from '../../resource/info.ts';
import { ACCEPT_SCHEME, createObject } from '../../resource/requests.ts';
import { canonicalObject, typeOf } from '../../resource/typed.ts';
import { typed } from '../create/generator.ts';
import { cascadeOf, type Propagation } from '../shared/deletion.ts';
import { confirmImage } from '../shared/image.ts';
import { overridden } from '../shared/overrides.ts';
import { recorded } from '../shared/record.ts';
import { type DryRun, dryRunOf, operationText, writeOptions } from '../shared/write.ts';
import { attachAfterRun } from './attached.ts';
import { podOf, serviceOf } from './pod.ts';

export interface RunOptions {
  readonly dryRun: DryRun;
  readonly attach: boolean;
  readonly namespace: string;
  readonly explicitNamespace: boolean;
  readonly restartPolicy: string;
  readonly printer: ObjectPrinter;
  /** How --rm removes. */
  readonly cascade: Propagation;
}

export const runCommand = command<RunOptions>({
  path: 'run',
  required: ['image'],
  long: 'Make a pod that runs one image.',
  examples: `
# A pod that serves pages
kubectl run web --image=nginx:1.27

# With an environment variable and labels
kubectl run web --image=nginx:1.27 --env=COLOUR=blue --labels=app=web,tier=front

# What would be made, and nothing is
kubectl run web --image=nginx:1.27 --dry-run=client -o yaml

# A shell in a pod that goes away with it
kubectl run -it --rm try --image=busybox:1.36 --restart=Never -- sh

# Other arguments for the image's own command
kubectl run web --image=nginx:1.27 -- -v

# Another command
kubectl run web --image=nginx:1.27 --command -- sleep 3600`,
  complete,
  *run(options, call) {
    const pod = yield* make(call, options, Pods, podOf(call, options.restartPolicy), true);
    const made: { readonly type: ResourceType; readonly object: JsonObject }[] = [{ type: Pods, object: pod }];
    let failure: Error | undefined;
    if (call.flags.bool('expose')) {
      try {
        const service = yield* make(call, options, Services, serviceOf(call), false);
        made.push({ type: Services, object: service });
        yield* call.out(options.printer.print(service));
        if (call.flags.string('output') === 'yaml') yield* call.out('---\n');
      } catch (error) {
        failure = asError(error);
      }
    }
    if (options.attach) {
      yield* attachAfterRun(call, options, pod, made);
      return;
    }
    yield* call.out(options.printer.print(pod));
    if (failure !== undefined) throw failure;
  },
});

function* complete(call: Call): Blocking<RunOptions> {
  const { flags, args, argsBeforeDash } = call;
  const dryRun = yield* dryRunOf(call);
  yield* call.restConfig();
  const interactive = flags.bool('stdin');
  const attach = flags.changed('attach') ? flags.bool('attach') : interactive;
  const misused = (wrong: boolean, message: string): void => {
    if (wrong) throw usageError('kubectl run', message);
  };
  const print = printerOptions(call, { operation: operationText('created', dryRun), ...typed(Pods) });
  const printer = yield* objectPrinter(call, print);
  const cascade = yield* cascadeOf(call);
  misused(args.length === 0 || argsBeforeDash === 0, 'NAME is required for run');
  misused(flags.duration('pod-running-timeout') <= 0, '--pod-running-timeout must be higher than zero');
  const image = flags.string('image');
  if (image === '') throw new Error('--image is required');
  confirmImage(image, `Invalid image name ${quote(image)}`);
  misused(flags.bool('tty') && !interactive, '-i/--stdin is required for containers with -t/--tty=true');
  misused(flags.bool('expose') && flags.string('port') === '', '--port must be set when exposing a service');
  const { namespace, explicit } = yield* call.namespace();
  const restartPolicy = flags.string('restart') || (interactive ? 'OnFailure' : 'Always');
  misused(!['Always', 'OnFailure', 'Never'].includes(restartPolicy), `invalid restart policy: ${restartPolicy}`);
  misused(!attach && flags.bool('rm'), '--rm should only be used for attached containers');
  misused(
    attach && dryRun !== 'none',
    "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)",
  );
  const policy = flags.string('image-pull-policy');
  misused(!['', 'Always', 'IfNotPresent', 'Never'].includes(policy), `invalid image pull policy: ${policy}`);
  return { dryRun, attach, namespace, explicitNamespace: explicit, restartPolicy, printer, cascade };
}

function* make(
  call: Call,
  options: RunOptions,
  type: ResourceType,
  object: KubeObject,
  overrides: boolean,
): Blocking<JsonObject> {
  if (call.args[0] === '') throw new Error('Parameter: name is required');
  const canonical = canonicalObject(object, type);
  yield* (yield* call.mapper()).mapping({ group: type.group, kind: type.kind }, type.version);
  const wished = recorded(call, overrides ? overridden(call, canonical, type) : canonical);
  const { dryRun, namespace } = options;
  if (dryRun === 'client') return options.explicitNamespace ? withMeta(wished, 'namespace', namespace) : wished;
  const remembered = remembering(wished, call.flags.bool('save-config'), typeOf(type));
  const client = yield* call.client();
  const write = { ...writeOptions(call, dryRun), accept: ACCEPT_SCHEME, type: typeOf(type) };
  const answer = yield* createObject(client, type, namespace, remembered, write);
  return canonicalObject(answer, type);
}
