// kubectl autoscale: a horizontal pod autoscaler for what has replicas.

import { canonicalQuantity, quantityError } from '../../../sandbox/kube/quantity.ts';
import { apiVersion } from '../../../sandbox/kube/resource.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { HorizontalPodAutoscalers } from '../../../sandbox/schema/generated/resources.ts';
import type { V2HorizontalPodAutoscaler, V2MetricSpec } from '../../../sandbox/schema/generated/types.ts';
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

function* autoscaleOne(call: Call, options: AutoscaleOptions, info: Info): Blocking<void> {
  yield* confirmScalable(call, info);
  const wished = recorded(call, identified(autoscalerOf(call, options, info), HorizontalPodAutoscalers));
  if (options.dryRun === 'client') {
    yield* print(call, options, 'created', wished as V2HorizontalPodAutoscaler);
    return;
  }
  const type = HorizontalPodAutoscalers;
  const object = remembering(wished, call.flags.bool('save-config'), typeOf(type)) as V2HorizontalPodAutoscaler;
  const write = writeOptions(call, options.dryRun);
  const answer = yield* created(call, createTyped(yield* call.client(), type, options.namespace, object, write));
  yield* print(call, options, 'autoscaled', answer);
}

/** What can't be made may be tried as an older version would have it, if that could hold it. */
function* created(call: Call, work: Blocking<V2HorizontalPodAutoscaler>): Blocking<V2HorizontalPodAutoscaler> {
  const { flags } = call;
  try {
    return yield* work;
  } catch (error) {
    const incompatible =
      'failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1:';
    if (flags.string('cpu').trim() === '') throw new Error(`${incompatible} empty input`);
    const fits = flags.string('memory') === '' && flags.string('cpu').endsWith('%');
    throw fits ? error : new Error(`${incompatible} %!w(<nil>)`);
  }
}

function* print(
  call: Call,
  { dryRun }: AutoscaleOptions,
  done: string,
  object: V2HorizontalPodAutoscaler,
): Blocking<void> {
  const operation = operationText(done, dryRun);
  const printer = yield* objectPrinter(call, printerOptions(call, { operation, ...typed(HorizontalPodAutoscalers) }));
  yield* call.out(printer.print(canonicalObject(object, HorizontalPodAutoscalers)));
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

function autoscalerOf(
  { flags }: Call,
  { namespace, explicitNamespace }: AutoscaleOptions,
  info: Info,
): V2HorizontalPodAutoscaler {
  const mapping = mappingOf(info);
  const [min, percent] = [flags.number('min'), flags.number('cpu-percent')];
  const metrics = [
    ...(percent > 0 ? [metric('cpu', { type: 'Utilization', averageUtilization: percent })] : []),
    ...(['cpu', 'memory'] as const).flatMap((name) => {
      const text = flags.string(name);
      return text === '' ? [] : [metric(name, targetOf(name, text))];
    }),
  ];
  return {
    metadata: { name: flags.string('name') || info.name, ...(explicitNamespace ? { namespace } : {}) },
    spec: {
      maxReplicas: flags.number('max'),
      ...(min > 0 ? { minReplicas: min } : {}),
      ...(metrics.length === 0 ? {} : { metrics }),
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
