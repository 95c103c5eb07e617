// What is wrong with an autoscaler: its target, its metrics, how fast it may act.

import { at, forbiddenField, invalid, notSupported, required } from '../../../kube/fielderrors.ts';
import { capital } from '../../../kube/go/text.ts';
import { pathSegmentName } from '../../../kube/names.ts';
import { parseQuantity, quantityValue } from '../../../kube/quantity.ts';
import type {
  V2CrossVersionObjectReference,
  V2HorizontalPodAutoscalerSpec,
  V2HPAScalingRules,
  V2MetricIdentifier,
  V2MetricSpec,
  V2MetricTarget,
} from '../../../schema/generated/types.ts';
import { type Errors, eachItem, isBlank, labelName, problemsOf } from '../shared/checks.ts';
import { containerResourceName } from '../shared/resourcenames.ts';
import { nonNegativeQuantity } from '../shared/resources.ts';

const NO_SPEC: V2HorizontalPodAutoscalerSpec = { scaleTargetRef: { kind: '', name: '' }, maxReplicas: 0 };

export function* specErrors(
  spec: V2HorizontalPodAutoscalerSpec = NO_SPEC,
  current: V2HorizontalPodAutoscalerSpec | undefined,
): Errors {
  const { minReplicas, maxReplicas = 0, scaleTargetRef, metrics = [], behavior } = spec;
  const least = current?.minReplicas === 0 ? 0 : 1;
  if (minReplicas !== undefined && minReplicas < least) {
    yield invalid('spec.minReplicas', minReplicas, `must be greater than or equal to ${least}`);
  }
  if (maxReplicas === 0) yield required('spec.maxReplicas', 'must be set and greater than 0');
  else if (maxReplicas < 0) yield invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to 1');
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    yield invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`');
  }
  yield* referenceErrors(scaleTargetRef ?? NOBODY, 'spec.scaleTargetRef', targetRule(scaleTargetRef, current));
  yield* eachItem(metrics, 'spec.metrics', metricErrors);
  const scalesToZero = metrics.some(({ type }) => type === 'Object' || type === 'External');
  if (minReplicas === 0 && !scalesToZero) {
    const why = 'must specify at least one Object or External metric to support scaling to zero replicas';
    yield forbiddenField('spec.metrics', why);
  }
  if (behavior?.scaleUp !== undefined) yield* ruleErrors(behavior.scaleUp, 'spec.behavior.scaleUp');
  if (behavior?.scaleDown !== undefined) yield* ruleErrors(behavior.scaleDown, 'spec.behavior.scaleDown');
}

const NOBODY: V2CrossVersionObjectReference = { kind: '', name: '' };

/** How the version of what is referred to is judged: it needs a group, may do without, or may be anything. */
type VersionRule = 'grouped' | 'formed' | 'any';

/** What is scaled belongs to a group; of the core only one kind can be scaled. What was stored once may stay. */
function targetRule(
  { apiVersion = '', kind }: V2CrossVersionObjectReference = NOBODY,
  current: V2HorizontalPodAutoscalerSpec | undefined,
): VersionRule {
  const before = current?.scaleTargetRef;
  if (before !== undefined && (before.apiVersion ?? '') === apiVersion && before.kind === kind) return 'any';
  return kind === 'ReplicationController' ? 'formed' : 'grouped';
}

function* referenceErrors(reference: V2CrossVersionObjectReference, field: string, rule: VersionRule): Errors {
  const { kind = '', name = '', apiVersion = '' } = reference;
  for (const [part, value] of [
    ['kind', kind],
    ['name', name],
  ] as const) {
    if (value === '') yield required(at(field, part));
    else yield* problemsOf(at(field, part), value, pathSegmentName(value));
  }
  if (rule === 'any') return;
  const parts = apiVersion.split('/');
  if (parts.length > 2)
    yield invalid(at(field, 'apiVersion'), apiVersion, `unexpected GroupVersion string: ${apiVersion}`);
  else if (rule === 'grouped' && (parts.length < 2 || parts[0] === '')) {
    yield invalid(at(field, 'apiVersion'), apiVersion, 'apiVersion must specify API group');
  }
}

const POLICY_TYPES = ['Percent', 'Pods'];
const SELECTS = ['Disabled', 'Max', 'Min'];
const WINDOW_MAX = 3600;
const PERIOD_MAX = 1800;

function* ruleErrors(rules: V2HPAScalingRules, field: string): Errors {
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [], tolerance } = rules;
  const windowField = at(field, 'stabilizationWindowSeconds');
  if (window !== undefined && window < 0) yield invalid(windowField, window, 'must be greater than or equal to zero');
  if (window !== undefined && window > WINDOW_MAX) {
    yield invalid(windowField, window, `must be less than or equal to ${WINDOW_MAX}`);
  }
  if (selectPolicy !== undefined && !SELECTS.includes(selectPolicy)) {
    yield notSupported(at(field, 'selectPolicy'), selectPolicy, SELECTS);
  }
  if (policies.length === 0) yield required(at(field, 'policies'), 'must specify at least one Policy');
  yield* eachItem(policies, at(field, 'policies'), function* ({ type, value, periodSeconds }, here) {
    if (!POLICY_TYPES.includes(type)) yield notSupported(at(here, 'type'), type, POLICY_TYPES);
    if (value <= 0) yield invalid(at(here, 'value'), value, 'must be greater than zero');
    if (periodSeconds <= 0) yield invalid(at(here, 'periodSeconds'), periodSeconds, 'must be greater than zero');
    if (periodSeconds > PERIOD_MAX) {
      yield invalid(at(here, 'periodSeconds'), periodSeconds, `must be less than or equal to ${PERIOD_MAX}`);
    }
  });
  if (tolerance !== undefined) yield* nonNegativeQuantity(at(field, 'tolerance'), tolerance);
}

const SOURCES = ['object', 'external', 'pods', 'resource', 'containerResource'] as const;
const TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];

function* metricErrors(metric: V2MetricSpec, field: string): Errors {
  const { type = '' } = metric;
  if (type === '') yield required(at(field, 'type'), 'must specify a metric source type');
  if (!TYPES.includes(type)) yield notSupported(at(field, 'type'), type, TYPES);
  const present = SOURCES.filter((name) => metric[name] !== undefined);
  const [first] = present;
  if (first !== undefined) yield* sourceErrors(metric, first, at(field, first));
  const expected = SOURCES.find((name) => capital(name) === type);
  if (expected === undefined) yield notSupported(at(field, 'type'), type, TYPES);
  else if (metric[expected] === undefined) {
    yield required(at(field, expected), 'must populate information for the given metric source');
  }
  if (present.length === 1) return;
  for (const name of present) {
    if (name !== expected) yield forbiddenField(at(field, name), 'must populate the given metric source only');
  }
}

function* sourceErrors(metric: V2MetricSpec, name: (typeof SOURCES)[number], field: string): Errors {
  switch (name) {
    case 'object':
      return yield* objectErrors(metric, field);
    case 'external':
      return yield* externalErrors(metric, field);
    case 'pods':
      return yield* podsErrors(metric, field);
    case 'resource':
      return yield* resourceErrors(metric.resource ?? NO_RESOURCE, field);
    default:
      return yield* containerErrors(metric, field);
  }
}

const NO_TARGET: V2MetricTarget = { type: '' };
const NO_RESOURCE = { name: '', target: NO_TARGET };

function* objectErrors({ object }: V2MetricSpec, field: string): Errors {
  const target = object?.target ?? NO_TARGET;
  yield* referenceErrors(object?.describedObject ?? NOBODY, at(field, 'describedObject'), 'formed');
  yield* identifierErrors(object?.metric, at(field, 'metric'));
  yield* targetErrors(target, at(field, 'target'));
  if (target.value === undefined && target.averageValue === undefined) {
    yield required(at(field, 'target', 'averageValue'), 'must set either a target value or averageValue');
  }
}

function* externalErrors({ external }: V2MetricSpec, field: string): Errors {
  const target = external?.target ?? NO_TARGET;
  yield* identifierErrors(external?.metric, at(field, 'metric'));
  yield* targetErrors(target, at(field, 'target'));
  const { value, averageValue } = target;
  if (value === undefined && averageValue === undefined) {
    yield required(
      at(field, 'target', 'averageValue'),
      'must set either a target value for metric or a per-pod target',
    );
  }
  if (value !== undefined && averageValue !== undefined) {
    yield forbiddenField(
      at(field, 'target', 'value'),
      'may not set both a target value for metric and a per-pod target',
    );
  }
}

function* podsErrors({ pods }: V2MetricSpec, field: string): Errors {
  const target = pods?.target ?? NO_TARGET;
  yield* identifierErrors(pods?.metric, at(field, 'metric'));
  yield* targetErrors(target, at(field, 'target'));
  if (target.averageValue === undefined) {
    yield required(at(field, 'target', 'averageValue'), 'must specify a positive target averageValue');
  }
}

function* resourceErrors(
  { name, target = NO_TARGET }: { readonly name: string; readonly target: V2MetricTarget },
  field: string,
): Errors {
  if (isBlank(name)) yield required(at(field, 'name'), 'must specify a resource name');
  yield* usageErrors(target, field);
}

function* containerErrors({ containerResource }: V2MetricSpec, field: string): Errors {
  const { name = '', container = '', target = NO_TARGET } = containerResource ?? {};
  if (name === '') yield required(at(field, 'name'), 'must specify a resource name');
  else yield* containerResourceName(at(field, 'name'), name);
  if (container === '') yield required(at(field, 'container'), 'must specify a container');
  else yield* labelName(at(field, 'container'), container);
  yield* usageErrors(target, field);
}

function* usageErrors(target: V2MetricTarget, field: string): Errors {
  yield* targetErrors(target, at(field, 'target'));
  const { averageUtilization, averageValue } = target;
  if (averageUtilization === undefined && averageValue === undefined) {
    yield required(
      at(field, 'target', 'averageUtilization'),
      'must set either a target raw value or a target utilization',
    );
  }
  if (averageUtilization !== undefined && averageValue !== undefined) {
    yield forbiddenField(
      at(field, 'target', 'averageValue'),
      'may not set both a target raw value and a target utilization',
    );
  }
}

const TARGETS = ['Utilization', 'Value', 'AverageValue'];

function* targetErrors({ type = '', value, averageValue, averageUtilization }: V2MetricTarget, field: string): Errors {
  if (type === '') yield required(at(field, 'type'), 'must specify a metric target type');
  if (!TARGETS.includes(type))
    yield invalid(at(field, 'type'), type, 'must be either Utilization, Value, or AverageValue');
  for (const [name, amount] of [
    ['value', value],
    ['averageValue', averageValue],
  ] as const) {
    if (amount !== undefined && quantityValue(parseQuantity(amount)) <= 0)
      yield invalid(at(field, name), amount, 'must be positive');
  }
  if (averageUtilization !== undefined && averageUtilization < 1) {
    yield invalid(at(field, 'averageUtilization'), averageUtilization, 'must be greater than 0');
  }
}

function* identifierErrors(metric: V2MetricIdentifier | undefined, field: string): Errors {
  const { name = '' } = metric ?? {};
  if (name === '') yield required(at(field, 'name'), 'must specify a metric name');
  else yield* problemsOf(at(field, 'name'), name, pathSegmentName(name));
}
