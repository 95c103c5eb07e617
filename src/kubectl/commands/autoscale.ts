// kubectl autoscale: a horizontal pod autoscaler for what has replicas.

import type { KubeObject } from '../../../sandbox/kube/meta.ts';
import { canonicalQuantity, quantityError } from '../../../sandbox/kube/quantity.ts';
import { apiVersion, type ResourceType } from '../../../sandbox/kube/resource.ts';
import { StatusError } from '../../../sandbox/kube/status.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { HorizontalPodAutoscalers, HorizontalPodAutoscalersV1 } from '../../../sandbox/schema/generated/resources.ts';
import type {
  V1HorizontalPodAutoscaler,
  V2HorizontalPodAutoscaler,
  V2MetricSpec,
} from '../../../sandbox/schema/generated/types.ts';
import type { Call } from '../call.ts';
import { command } from '../command.ts';
import { remembering } from '../lastapplied.ts';
import { objectPrinter, printerOptions } from '../printers/formats.ts';
import { type Info, mappingOf } from '../resource/info.ts';
import { canonicalObject, createTyped, identified, typeOf } from '../resource/typed.ts';
import { typed } from './create/generator.ts';
import { fileOptions } from './shared/files.ts';
import { recorded } from './shared/record.ts';
import { type DryRun, dryRunOf, operationText, writeOptions } from './shared/write.ts';

interface AutoscaleOptions {
  readonly dryRun: DryRun;
  readonly namespace: string;
  readonly explicitNamespace: boolean;
}

export const autoscale = command<AutoscaleOptions>({
  path: 'autoscale',
  required: ['max'],
  long: `
Make an autoscaler that chooses how many pods a deployment, replica set, stateful set or replication controller has.

It keeps the pods' use of CPU or memory near a target: a share of what they request (70%) or an amount (500m, 200Mi).`,
  examples: `
# Between 2 and 10 pods
kubectl autoscale deployment web --min=2 --max=10

# As many as keep the CPU at 80 % of what is requested, 5 at most
kubectl autoscale deployment web --max=5 --cpu=80%`,
  *complete(call) {
    const dryRun = yield* dryRunOf(call);
    yield* call.restConfig();
    const { namespace, explicit } = yield* call.namespace();
    return { dryRun, namespace, explicitNamespace: explicit };
  },
  validate(_options, { flags }) {
    const [min, max] = [flags.number('min'), flags.number('max')];
    if (max < 1) throw new Error(`--max=MAXPODS is required and must be at least 1, max: ${max}`);
    if (max < min) {
      throw new Error(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}`);
    }
    if (flags.number('cpu-percent') > 0 && flags.string('cpu') !== '') {
      throw new Error('--cpu-percent and --cpu are mutually exclusive');
    }
    if (flags.string('cpu') !== '') targetOf('cpu', flags.string('cpu'));
    if (flags.string('memory') !== '') targetOf('memory', flags.string('memory'));
  },
  *run(options, call) {
    const selected = yield* call.select({
      namespace: options.namespace,
      enforceNamespace: options.explicitNamespace,
      files: fileOptions(call),
      args: call.args,
      flatten: true,
      continueOnError: true,
    });
    let count = 0;
    yield* selected.visit(function* (info) {
      yield* autoscaleOne(call, options, info);
      count++;
    });
    if (count === 0) throw new Error('no objects passed to autoscale');
  },
});

/** What can't be made is tried as the older version would have it, if that could hold it. */
function* autoscaleOne(call: Call, options: AutoscaleOptions, info: Info): Blocking<void> {
  yield* confirmScalable(call, info);
  try {
    yield* make(call, options, HorizontalPodAutoscalers, autoscalerOf(call, options, info));
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const incompatible = incompatibility(call);
    if (incompatible === undefined)
      yield* make(call, options, HorizontalPodAutoscalersV1, olderOf(call, options, info));
    else {
      throw new Error(
        `failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: ${incompatible}`,
      );
    }
  }
}

function* make<T extends KubeObject>(
  call: Call,
  options: AutoscaleOptions,
  type: ResourceType<T>,
  autoscaler: T,
): Blocking<void> {
  const wished = recorded(call, identified(autoscaler, type));
  if (options.dryRun === 'client') return yield* print(call, options, 'created', type, wished);
  // Decoded: it is what it was, with an annotation more.
  const object = remembering(wished, call.flags.bool('save-config'), typeOf(type)) as T;
  const write = writeOptions(call, options.dryRun);
  const answer = yield* createTyped(yield* call.client(), type, options.namespace, object, write);
  yield* print(call, options, 'autoscaled', type, answer);
}

/** Why the older version can't hold what is asked for. */
function incompatibility({ flags }: Call): string | undefined {
  const cpu = flags.string('cpu').trim();
  if (cpu === '') return 'empty input';
  const fits = flags.string('memory') === '' && (flags.number('cpu-percent') >= 0 || cpu.endsWith('%'));
  return fits ? undefined : '%!w(<nil>)';
}

function* print(
  call: Call,
  { dryRun }: AutoscaleOptions,
  done: string,
  type: ResourceType,
  object: KubeObject,
): Blocking<void> {
  const operation = operationText(done, dryRun);
  const printer = yield* objectPrinter(call, printerOptions(call, { operation, ...typed(type) }));
  yield* call.out(printer.print(canonicalObject(object, type)));
}

/** Only what has the subresource can be scaled. */
function* confirmScalable(call: Call, info: Info): Blocking<void> {
  const { group, version, resource, kind } = mappingOf(info);
  const { resources } = yield* (yield* call.discovery()).resources(apiVersion({ group, version }));
  if (!resources.some(({ name }) => name === `${resource}/scale`)) {
    const what = `${group === '' ? '' : `${group}/`}${version}, Resource=${resource}`;
    throw new Error(
      `cannot autoscale a ${kind}: could not find scale subresource for ${group === '' ? '/' : ''}${what} in discovery information`,
    );
  }
}

function autoscalerOf(call: Call, options: AutoscaleOptions, info: Info): V2HorizontalPodAutoscaler {
  const { flags } = call;
  const percent = flags.number('cpu-percent');
  const metrics = [
    ...(percent > 0 ? [metric('cpu', { type: 'Utilization', averageUtilization: percent })] : []),
    ...(['cpu', 'memory'] as const).flatMap((name) => {
      const text = flags.string(name);
      return text === '' ? [] : [metric(name, targetOf(name, text))];
    }),
  ];
  const { metadata, spec } = commonOf(call, options, info);
  return { metadata, spec: { ...spec, ...(metrics.length === 0 ? {} : { metrics }) } };
}

/** Of what is asked for, the older version has --cpu-percent alone. */
function olderOf(call: Call, options: AutoscaleOptions, info: Info): V1HorizontalPodAutoscaler {
  const percent = call.flags.number('cpu-percent');
  const { metadata, spec } = commonOf(call, options, info);
  return { metadata, spec: { ...spec, ...(percent < 0 ? {} : { targetCPUUtilizationPercentage: percent }) } };
}

/** What both versions have. */
function commonOf({ flags }: Call, { namespace, explicitNamespace }: AutoscaleOptions, info: Info) {
  const mapping = mappingOf(info);
  const min = flags.number('min');
  return {
    metadata: { name: flags.string('name') || info.name, ...(explicitNamespace ? { namespace } : {}) },
    spec: {
      maxReplicas: flags.number('max'),
      ...(min > 0 ? { minReplicas: min } : {}),
      scaleTargetRef: { apiVersion: apiVersion(mapping), kind: mapping.kind, name: info.name },
    },
  };
}

type Target = NonNullable<NonNullable<V2MetricSpec['resource']>['target']>;

function metric(name: string, target: Target): V2MetricSpec {
  return { type: 'Resource', resource: { name, target } };
}

/** `70%` of what is requested, or an amount; CPU without a unit is in thousandths, memory in mebibytes. */
function targetOf(name: 'cpu' | 'memory', given: string): Target {
  const text = given.trim();
  if (text === '') throw new Error('empty input');
  if (text.endsWith('%')) {
    const digits = text.slice(0, -1);
    if (!/^\+?\d{1,10}$/.test(digits) || Number(digits) >= 2 ** 31) {
      throw new Error(`invalid percentage value: ${digits}`);
    }
    return { type: 'Utilization', averageUtilization: Number(digits) };
  }
  const isNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text);
  const amount = isNumber ? `${Number(text)}${name === 'cpu' ? 'm' : 'Mi'}` : text;
  const wrong = quantityError(amount);
  if (wrong !== undefined) throw new Error(isNumber ? wrong : `invalid resource ${name} value: ${text}`);
  return { type: 'AverageValue', averageValue: canonicalQuantity(amount) };
}
