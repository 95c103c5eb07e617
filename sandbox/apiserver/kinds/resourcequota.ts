// ResourceQuota: how much a namespace as a whole may have.

import { at, atKey, invalid, required, shownAsJson } from '../../kube/fielderrors.ts';
import { compareText } from '../../kube/go/text.ts';
import { own } from '../../kube/json.ts';
import { dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { ResourceQuotas } from '../../schema/generated/resources.ts';
import type {
  V1ResourceQuota,
  V1ResourceQuotaSpec,
  V1ScopedResourceSelectorRequirement,
} from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import type { Errors } from './shared/checks.ts';
import { ageColumn, nameColumn, text } from './shared/columns.ts';
import { rounds } from './shared/coredefaults.ts';
import { defaulter } from './shared/defaults.ts';
import { shownInternally } from './shared/internal.ts';
import { keepStatus, withoutStatus } from './shared/metaparts.ts';
import { isQuotaResource, quotaResourceName } from './shared/resourcenames.ts';
import { amountsOf, compareAmounts, type ResourceList, resourceAmount } from './shared/resources.ts';
import { statusPart } from './shared/statuspart.ts';

const NAMED = { namespaced: true, name: nameRule(dns1123Subdomain) };

const defaults = defaulter<V1ResourceQuota>(
  'core.v1.ResourceQuota',
  new Map([rounds('core.v1.ResourceQuotaSpec', 'hard'), rounds('core.v1.ResourceQuotaStatus', 'hard', 'used')]),
);

export const resourceQuotas = defineKind<V1ResourceQuota>({
  type: ResourceQuotas,
  strategy: {
    defaults,
    prepareCreate: withoutStatus,
    prepareUpdate: keepStatus,
    validate: function* (quota) {
      yield* metaErrors(quota, NAMED);
      yield* specErrors(quota.spec ?? {});
    },
    validateUpdate: updateErrors,
    warnings: (quota, current) => (current === undefined ? hardWarnings(quota.spec?.hard) : []),
    resetFields: ['status'],
  },
  subresources: {
    status: statusPart({ defaults, validateUpdate: statusErrors }),
  },
  answersDeleted: true,
  columns: [
    nameColumn(),
    text('Request', (quota) => usage(quota, false)),
    text('Limit', (quota) => usage(quota, true)),
    ageColumn(),
  ],
});

function usage({ status = {} }: V1ResourceQuota, limits: boolean): string {
  return amountsOf(status.hard)
    .filter(([name]) => name.startsWith('limits.') === limits)
    .map(([name, hard]) => `${name}: ${own(status.used, name) ?? '0'}/${hard}`)
    .join(', ');
}

function* amounts(field: string, list: ResourceList | undefined): Errors {
  for (const [name, amount] of amountsOf(list)) {
    const here = atKey(field, name);
    yield* quotaResourceName(here, name);
    yield* resourceAmount(here, name, amount);
  }
}

function* specErrors(spec: V1ResourceQuotaSpec): Errors {
  yield* amounts('spec.hard', spec.hard);
  yield* scopeErrors(spec);
  yield* selectorErrors(spec);
}

const PODS = ['pods', 'cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'];
/** Each scope with the resources that it can be applied to. */
const SCOPES: { readonly [scope: string]: readonly string[] } = {
  Terminating: PODS,
  NotTerminating: PODS,
  NotBestEffort: PODS,
  PriorityClass: PODS,
  CrossNamespacePodAffinity: PODS,
  BestEffort: ['pods'],
  VolumeAttributesClass: ['persistentvolumeclaims', 'requests.storage'],
};
const CONFLICTS = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
];

/** For how many of the limited resources a scope makes no sense. */
function misapplied(scope: string, hard: ResourceList | undefined): number {
  const resources = own(SCOPES, scope);
  if (resources === undefined) return 0;
  return Object.keys(hard ?? {}).filter((name) => isQuotaResource(name) && !resources.includes(name)).length;
}

function* scopeErrors({ scopes = [], hard }: V1ResourceQuotaSpec): Errors {
  const field = 'spec.scopes';
  for (const scope of scopes) {
    if (own(SCOPES, scope) === undefined) yield invalid(field, scopes, 'unsupported scope');
    for (let n = misapplied(scope, hard); n > 0; n--) {
      yield invalid(field, scopes, 'unsupported scope applied to resource');
    }
  }
  for (const pair of CONFLICTS) {
    if (pair.every((scope) => scopes.includes(scope))) yield invalid(field, scopes, 'conflicting scopes');
  }
}

function* selectorErrors({ scopes, scopeSelector, hard }: V1ResourceQuotaSpec): Errors {
  if (scopeSelector === undefined) return;
  const field = 'spec.scopeSelector.matchExpressions';
  const shown = () => shownInternally('core.ScopeSelector', scopeSelector);
  const found: string[] = [];
  for (const requirement of scopeSelector.matchExpressions ?? []) {
    const { scopeName } = requirement;
    if (own(SCOPES, scopeName) === undefined) {
      yield invalid(at(field, 'scopeName'), shownAsJson(scopeName), 'unsupported scope');
    }
    for (let n = misapplied(scopeName, hard); n > 0; n--) {
      yield invalid(field, shown(), 'unsupported scope applied to resource');
    }
    yield* requirementErrors(field, requirement);
    found.push(scopeName);
  }
  for (const pair of CONFLICTS) {
    if (pair.every((scope) => found.includes(scope))) yield invalid(field, scopes ?? null, 'conflicting scopes');
  }
}

const EXISTING = ['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'CrossNamespacePodAffinity'];

function* requirementErrors(field: string, requirement: V1ScopedResourceSelectorRequirement): Errors {
  const { scopeName, operator, values = [] } = requirement;
  if (EXISTING.includes(scopeName) && operator !== 'Exists') {
    const detail =
      "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";
    yield invalid(at(field, 'operator'), shownAsJson(operator), detail);
  }
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length > 0) break;
      yield required(
        at(field, 'values'),
        "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
      );
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length === 0) break;
      yield invalid(
        at(field, 'values'),
        values,
        "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
      );
      break;
    default:
      yield invalid(at(field, 'operator'), shownAsJson(operator), 'not a valid selector operator');
  }
}

function* updateErrors(next: V1ResourceQuota, current: V1ResourceQuota): Errors {
  yield* metaUpdateErrors(next, current);
  yield* specErrors(next.spec ?? {});
  const scopes = ({ spec }: V1ResourceQuota) => [...new Set(spec?.scopes ?? [])].sort(compareText).join();
  if (scopes(next) !== scopes(current)) {
    yield invalid('spec.scopes', shownAsJson(next.spec?.scopes ?? null), 'field is immutable');
  }
}

function* statusErrors(next: V1ResourceQuota, current: V1ResourceQuota): Errors {
  yield* metaUpdateErrors(next, current);
  yield* amounts('status.hard', next.status?.hard);
  yield* amounts('status.used', next.status?.used);
}

function* hardWarnings(hard: ResourceList | undefined): Iterable<string> {
  for (const name of ['cpu', 'memory', 'storage', 'ephemeral-storage']) {
    const plain = name === 'cpu' || name === 'memory' ? name : undefined;
    const requested = [`requests.${name}`, plain].find((one) => one !== undefined && own(hard, one) !== undefined);
    const request = requested === undefined ? undefined : own(hard, requested);
    const limit = own(hard, `limits.${name}`);
    if (request === undefined || limit === undefined || compareAmounts(request, limit) <= 0) continue;
    yield `ResourceQuota ${requested} (${request}) should be less than limits.${name} (${limit})`;
  }
}
