// kubectl scale: another number of replicas, through the subresource that all kinds which have one share.

import { quote } from '../../../sandbox/kube/go/text.ts';
import { isObject, type JsonObject, own } from '../../../sandbox/kube/json.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { durationMs } from '../../../sandbox/time/units.ts';
import type { Call } from '../call.ts';
import { command } from '../command.ts';
import { asError } from '../errors.ts';
import { objectPrinter, printerOptions } from '../printers/formats.ts';
import type { ObjectPrinter } from '../printers/printer.ts';
import { type Info, mappingOf, metaText, objectOf } from '../resource/info.ts';
import { ACCEPT_SCHEME, getObject, patchObject, replaceObject } from '../resource/requests.ts';
import { hasReason } from '../rest/status.ts';
import { fileOptions } from './shared/files.ts';
import { recorded } from './shared/record.ts';
import { type DryRun, dryRunOf, operationText } from './shared/write.ts';

interface ScaleOptions {
  readonly dryRun: DryRun;
  readonly printer: ObjectPrinter;
  readonly replicas: number;
  /** -1 for any. */
  readonly currentReplicas: number;
  readonly resourceVersion: string;
  readonly namespace: string;
  readonly explicitNamespace: boolean;
}

const PAUSE_MS = 1000;
const PATIENCE_MS = 5 * 60 * 1000;

export const scale = command<ScaleOptions>({
  path: 'scale',
  required: ['replicas'],
  long: `
Set how many replicas a deployment, replica set, stateful set or replication controller has.

With --current-replicas or --resource-version the number is only changed when the object is still as you have seen it.`,
  examples: `
# Three replicas
kubectl scale deployment/web --replicas=3

# What a file names
kubectl scale -f web.yaml --replicas=3

# Only if there are two now
kubectl scale deployment/web --current-replicas=2 --replicas=3

# Several at once
kubectl scale deployment/web deployment/api --replicas=3`,
  *complete(call) {
    const { flags } = call;
    const dryRun = yield* dryRunOf(call);
    const printer = yield* objectPrinter(call, printerOptions(call, { operation: operationText('scaled', dryRun) }));
    const { namespace, explicit } = yield* call.namespace();
    yield* call.restConfig();
    return {
      dryRun,
      printer,
      replicas: flags.number('replicas'),
      currentReplicas: flags.number('current-replicas'),
      resourceVersion: flags.string('resource-version'),
      namespace,
      explicitNamespace: explicit,
    };
  },
  validate({ replicas, currentReplicas }) {
    if (replicas < 0) {
      throw new Error('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0');
    }
    if (currentReplicas < -1) throw new Error('The --current-replicas must specify an integer of -1 or greater');
  },
  run,
});

function* run(options: ScaleOptions, call: Call): Blocking<void> {
  const infos: Info[] = [];
  let failure: Error | undefined;
  const selected = yield* call.select({
    namespace: options.namespace,
    enforceNamespace: options.explicitNamespace,
    files: fileOptions(call),
    args: call.args,
    allOfType: call.flags.bool('all'),
    labelSelector: call.flags.string('selector'),
    flatten: true,
    continueOnError: true,
  });
  try {
    yield* selected.visit(function* (info) {
      infos.push(info);
    });
  } catch (error) {
    failure = asError(error);
  }
  if (options.resourceVersion !== '' && infos.length > 1) {
    throw new Error('cannot use --resource-version with multiple resources');
  }
  if (infos.length === 0) throw failure ?? new Error('no objects passed to scale');
  for (const info of infos) yield* scaleOne(call, options, info);
  if (failure !== undefined) throw failure;
}

function* scaleOne(call: Call, options: ScaleOptions, info: Info): Blocking<void> {
  let size = options.replicas;
  if (options.dryRun !== 'client') {
    size = yield* scaled(call, options, info);
    if (call.flags.duration('timeout') !== 0 && options.dryRun === 'none') yield* waitFor(call, options, info);
  }
  info.object = withReplicas(info, size);
  if (options.dryRun !== 'client' && call.flags.bool('record')) yield* recordCause(call, info);
  yield* call.out(options.printer.print(objectOf(info)));
}

/** Tries again when somebody else was faster. Answers the new number. */
function* scaled(call: Call, options: ScaleOptions, info: Info): Blocking<number> {
  const deadline = call.sys.now() + PATIENCE_MS;
  for (;;) {
    try {
      return yield* scaledOnce(call, options, info);
    } catch (error) {
      if (!hasReason(error, 'Conflict')) throw error;
      if (call.sys.now() >= deadline) throw new Error('context deadline exceeded');
    }
    yield* call.sys.sleep(durationMs(PAUSE_MS));
  }
}

function* scaledOnce(call: Call, options: ScaleOptions, info: Info): Blocking<number> {
  const client = yield* call.client();
  const write = { dryRun: options.dryRun === 'server', subresource: 'scale', accept: ACCEPT_SCHEME };
  if (options.currentReplicas === -1 && options.resourceVersion === '') {
    const patch = JSON.stringify({ spec: { replicas: options.replicas } });
    return replicasOf(yield* patchObject(client, info, 'merge', patch, write), 'spec');
  }
  const current = yield* getObject(
    client,
    mappingOf(info),
    info.namespace,
    info.name,
    { accept: ACCEPT_SCHEME },
    'scale',
  );
  confirmExpected(options, current);
  const wished = { ...current, spec: { ...specOf(current), replicas: options.replicas } };
  return replicasOf(yield* replaceObject(client, info, wished, false, write), 'spec');
}

function confirmExpected({ currentReplicas, resourceVersion }: ScaleOptions, current: JsonObject): void {
  const size = replicasOf(current, 'spec');
  const version = metaText(current, 'resourceVersion');
  if (currentReplicas !== -1 && size !== currentReplicas) {
    throw new Error(`Expected replicas to be ${currentReplicas}, was ${size}`);
  }
  if (resourceVersion !== '' && version !== resourceVersion) {
    throw new Error(`Expected resource version to be ${resourceVersion}, was ${version}`);
  }
}

/** Until there are as many as wished, or somebody wishes another number. */
function* waitFor(call: Call, { replicas }: ScaleOptions, info: Info): Blocking<void> {
  const deadline = call.sys.now() + call.flags.duration('timeout');
  for (;;) {
    const current = yield* getObject(
      yield* call.client(),
      mappingOf(info),
      info.namespace,
      info.name,
      { accept: ACCEPT_SCHEME },
      'scale',
    );
    if (replicasOf(current, 'spec') !== replicas || replicasOf(current, 'status') === replicas) return;
    if (call.sys.now() + PAUSE_MS > deadline) throw new Error(`timed out waiting for ${quote(info.name)} to be synced`);
    yield* call.sys.sleep(durationMs(PAUSE_MS));
  }
}

function specOf(object: JsonObject): JsonObject {
  const { spec } = object;
  return isObject(spec) ? spec : {};
}

function replicasOf(scale: JsonObject, part: 'spec' | 'status'): number {
  const values = own(scale, part);
  return isObject(values) ? Number(values['replicas'] ?? 0) : 0;
}

/** The object as it is after scaling, without asking for it again. */
function withReplicas(info: Info, replicas: number): JsonObject {
  const object = objectOf(info);
  if (!['', 'apps'].includes(mappingOf(info).group)) return object;
  return { ...object, spec: { ...specOf(object), replicas } };
}

function* recordCause(call: Call, info: Info): Blocking<void> {
  const { metadata } = recorded(call, { metadata: {} });
  try {
    yield* patchObject(yield* call.client(), info, 'merge', JSON.stringify({ metadata }));
  } catch (error) {
    yield* call.log.info(4, 'scale.go:275', `error recording reason: ${asError(error).message}`);
  }
}
