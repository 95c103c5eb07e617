// The audit policy (audit.k8s.io/v1 Policy): how much is kept of which requests. The first rule that matches decides.

import { aggregate, at, type FieldError, invalid, notSupported, required } from '../../kube/fielderrors.ts';
import { isObject, type JsonValue } from '../../kube/json.ts';
import { dns1123Subdomain } from '../../kube/names.ts';
import type { Target, UserInfo } from '../../kube/operation.ts';

export const LEVELS = ['None', 'Metadata', 'Request', 'RequestResponse'] as const;
export type AuditLevel = (typeof LEVELS)[number];

const STAGES = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] as const;
export type AuditStage = (typeof STAGES)[number];

/** An empty list, or none, matches everything; what is matched by is the same as in RBAC but for `resource/*`. */
export type AuditRule = {
  readonly level: AuditLevel;
  readonly users?: readonly string[];
  readonly userGroups?: readonly string[];
  readonly verbs?: readonly string[];
  /** Of requests without a namespace: the empty text. */
  readonly namespaces?: readonly string[];
  readonly resources?: readonly {
    readonly group?: string;
    readonly resources?: readonly string[];
    readonly resourceNames?: readonly string[];
  }[];
  readonly nonResourceURLs?: readonly string[];
  readonly omitStages?: readonly AuditStage[];
  readonly omitManagedFields?: boolean;
};

export type AuditPolicy = {
  readonly rules: readonly AuditRule[];
  readonly omitStages?: readonly AuditStage[];
  readonly omitManagedFields?: boolean;
};

/** What a request is judged by. */
export interface Audited {
  readonly user: UserInfo;
  readonly verb: string;
  /** Absent for paths that are no resources. */
  readonly target?: Target;
  readonly path: string;
}

export interface AuditConfig {
  readonly level: AuditLevel;
  readonly omitStages: readonly AuditStage[];
  readonly omitManagedFields: boolean;
}

/** How much is kept of a request; nothing when no rule matches. */
export function auditConfig(policy: AuditPolicy, request: Audited): AuditConfig {
  const { omitStages = [], omitManagedFields = false } = policy;
  const rule = policy.rules.find((each) => matches(each, request));
  return {
    level: rule?.level ?? 'None',
    omitStages: [...omitStages, ...(rule?.omitStages ?? [])],
    omitManagedFields: rule?.omitManagedFields ?? omitManagedFields,
  };
}

function matches(rule: AuditRule, { user, verb, target, path }: Audited): boolean {
  const { users = [], userGroups = [], verbs = [], namespaces = [], resources = [], nonResourceURLs = [] } = rule;
  if (users.length > 0 && !users.includes(user.name)) return false;
  if (userGroups.length > 0 && !user.groups.some((group) => userGroups.includes(group))) return false;
  if (verbs.length > 0 && !verbs.includes(verb)) return false;
  if (namespaces.length > 0 || resources.length > 0) return target !== undefined && matchesTarget(rule, target);
  if (nonResourceURLs.length === 0) return true;
  return target === undefined && nonResourceURLs.some((spec) => matchesPath(spec, path));
}

function matchesPath(spec: string, path: string): boolean {
  return spec === path || (spec.endsWith('*') && path.startsWith(spec.slice(0, -1)));
}

function matchesTarget({ namespaces = [], resources = [] }: AuditRule, target: Target): boolean {
  if (namespaces.length > 0 && !namespaces.includes(target.namespace ?? '')) return false;
  if (resources.length === 0) return true;
  return resources.some(({ group = '', resources: names = [], resourceNames = [] }) => {
    if (group !== target.group && group !== '*') return false;
    if (names.length === 0) return true;
    if (resourceNames.length > 0 && !resourceNames.includes(target.name ?? '')) return false;
    return names.some((name) => isNamed(name, target));
  });
}

/** `pods`, `pods/log`, `pods/*`, `*` and `*` before a subresource. */
function isNamed(name: string, { resource, subresource = '' }: Target): boolean {
  if (name === '*' || name === (subresource === '' ? resource : `${resource}/${subresource}`)) return true;
  if (name === `${resource}/*`) return true;
  return subresource !== '' && name === `*/${subresource}`;
}

// --- reading

/** The policy isn't one; the message says where. */
export class AuditPolicyError extends Error {}

/** Reads a policy from a parsed file. Throws an AuditPolicyError. */
export function readAuditPolicy(value: JsonValue): AuditPolicy {
  if (!isObject(value)) throw new AuditPolicyError('an audit policy is a map with `rules`');
  const { apiVersion = 'audit.k8s.io/v1', kind = 'Policy', rules } = value;
  if (apiVersion !== 'audit.k8s.io/v1' || kind !== 'Policy')
    throw new AuditPolicyError(`an audit policy is of kind Policy in audit.k8s.io/v1, not ${kind} in ${apiVersion}`);
  if (!Array.isArray(rules) || rules.length === 0) throw new AuditPolicyError('loaded illegal policy with 0 rules');
  if (!rules.every(isObject)) throw new AuditPolicyError('rules: each is a map');
  const policy = value as AuditPolicy;
  const errors = [...policyErrors(policy)];
  if (errors.length > 0) throw new AuditPolicyError(aggregate(errors));
  return policy;
}

function* policyErrors({ rules, omitStages = [] }: AuditPolicy): Iterable<FieldError> {
  yield* stageErrors(omitStages, 'omitStages');
  for (const [i, rule] of rules.entries()) yield* ruleErrors(rule, at('rules', i));
}

function* ruleErrors(rule: AuditRule, field: string): Iterable<FieldError> {
  const { level, nonResourceURLs: urls = [], resources = [], namespaces = [], omitStages = [] } = rule;
  if (level === undefined) yield required(at(field, 'level'), '');
  else if (!LEVELS.includes(level)) yield notSupported(at(field, 'level'), level, LEVELS);
  for (const [i, url] of urls.entries()) yield* urlErrors(url, at(field, 'nonResourceURLs', i));
  for (const { group = '', resources: names = [], resourceNames = [] } of resources) {
    const problems = group === '' || group === '*' ? [] : dns1123Subdomain(group);
    if (problems.length > 0) yield invalid(at(field, 'resources', 'group'), group, problems.join(','));
    if (resourceNames.length > 0 && names.length === 0) {
      const why = 'using resourceNames requires at least one resource';
      yield invalid(at(field, 'resources', 'resourceNames'), [...resourceNames], why);
    }
  }
  yield* stageErrors(omitStages, at(field, 'omitStages'));
  if (urls.length > 0 && (resources.length > 0 || namespaces.length > 0)) {
    const why = 'rules cannot apply to both regular resources and non-resource URLs';
    yield invalid(at(field, 'nonResourceURLs'), [...urls], why);
  }
}

function* urlErrors(url: string, field: string): Iterable<FieldError> {
  if (url === '*') return;
  if (!url.startsWith('/')) yield invalid(field, url, "non-resource URL rules must begin with a '/' character");
  if (url.slice(0, -1).includes('*')) {
    yield invalid(field, url, "non-resource URL wildcards '*' must be the final character of the rule");
  }
}

function* stageErrors(stages: readonly AuditStage[], field: string): Iterable<FieldError> {
  for (const [i, stage] of stages.entries()) {
    if (!STAGES.includes(stage)) yield invalid(at(field, i), stage, `allowed stages are ${STAGES.join(',')}`);
  }
}
