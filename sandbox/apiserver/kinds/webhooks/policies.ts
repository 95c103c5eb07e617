// What admission policies of both sorts, and their bindings, have in common.

import type { Scope } from '../../../kube/cel/admission/declarations.ts';
import { compileVariables, type Variables } from '../../../kube/cel/admission/expression.ts';
import { isReserved } from '../../../kube/cel/escape.ts';
import {
  at,
  duplicate,
  type FieldError,
  forbiddenField,
  invalid,
  notSupported,
  required,
} from '../../../kube/fielderrors.ts';
import type { KubeObject } from '../../../kube/meta.ts';
import { dns1035Label, dns1123Subdomain, nameRule, pathSegmentName } from '../../../kube/names.ts';
import { labelSelectorErrors } from '../../../kube/selectors/labelrules.ts';
import { formatLabelSelector, selectorOf } from '../../../kube/selectors/labelselectors.ts';
import type {
  V1MatchResources,
  V1NamedRuleWithOperations,
  V1ParamKind,
  V1ParamRef,
  V1Variable,
} from '../../../schema/generated/types.ts';
import type { Strategy } from '../../kind.ts';
import { type Errors, eachItem, givenOneOf, isBlank, problemsOf } from '../shared/checks.ts';
import { UNSET } from '../shared/columns.ts';
import { constants, type DefaultsTable, defaulter } from '../shared/defaults.ts';
import { raiseGeneration, withGeneration } from '../shared/metaparts.ts';
import { expressionErrors } from './conditions.ts';
import { ruleErrors } from './rules.ts';

export const NAMED = { namespaced: false, name: nameRule(dns1123Subdomain) };

const FAILURE_POLICIES = ['Fail', 'Ignore'];
const MATCH_POLICIES = ['Equivalent', 'Exact'];
const MUTABLE = ['*', 'CONNECT', 'CREATE', 'UPDATE'];

const DEFAULTS: DefaultsTable = new Map([
  constants('admissionregistration.v1.ValidatingAdmissionPolicySpec', { failurePolicy: 'Fail' }),
  constants('admissionregistration.v1.MutatingAdmissionPolicySpec', { failurePolicy: 'Fail' }),
  constants('admissionregistration.v1.MatchResources', {
    matchPolicy: 'Equivalent',
    namespaceSelector: {},
    objectSelector: {},
  }),
  constants('admissionregistration.v1.NamedRuleWithOperations', { scope: '*' }),
]);

/** Defaults and generations, as policies and bindings have them alike. */
export function policyBasics<T extends KubeObject>(
  definition: string,
): Required<Pick<Strategy<T>, 'defaults' | 'prepareCreate' | 'prepareUpdate'>> {
  return {
    defaults: defaulter<T>(`admissionregistration.v1.${definition}`, DEFAULTS),
    prepareCreate: (object) => withGeneration(object, 1),
    prepareUpdate: (next, current) => raiseGeneration(next, current),
  };
}

interface CommonSpec {
  readonly failurePolicy?: string;
  readonly paramKind?: V1ParamKind;
  readonly matchConstraints?: V1MatchResources;
}

/** What comes first in every policy's spec. */
export function* policyErrors({ failurePolicy, paramKind, matchConstraints }: CommonSpec): Errors {
  yield* givenOneOf('spec.failurePolicy', failurePolicy, FAILURE_POLICIES);
  if (paramKind !== undefined) yield* paramKindErrors(paramKind, 'spec.paramKind');
  const field = 'spec.matchConstraints';
  if (matchConstraints === undefined) yield required(field);
  else {
    yield* matchErrors(matchConstraints, field);
    if ((matchConstraints.resourceRules ?? []).length === 0) yield required(at(field, 'resourceRules'));
  }
}

function* paramKindErrors({ apiVersion = '', kind = '' }: V1ParamKind, field: string): Errors {
  const here = at(field, 'apiVersion');
  const parts = apiVersion.split('/');
  const [group = '', version = ''] = parts.length === 1 ? ['', apiVersion] : parts;
  if (apiVersion === '') yield required(here);
  else if (parts.length > 2) yield invalid(here, apiVersion, `unexpected GroupVersion string: ${apiVersion}`);
  else {
    const problems = group === '' ? [] : dns1123Subdomain(group);
    if (problems.length > 0) yield invalid(here, group, problems.join(','));
    if (version === '') yield invalid(here, apiVersion, 'version must be specified');
    else if (dns1035Label(version).length > 0) yield invalid(here, version, dns1035Label(version).join(','));
  }
  const wrong = dns1035Label(kind.toLowerCase());
  if (kind === '') yield required(at(field, 'kind'));
  else if (wrong.length > 0) {
    yield invalid(at(field, 'kind'), kind, `may have mixed case, but should otherwise match: ${wrong.join(',')}`);
  }
}

function* matchErrors(match: V1MatchResources | undefined, field: string): Errors {
  if (match === undefined) return;
  yield* givenOneOf(at(field, 'matchPolicy'), match.matchPolicy, MATCH_POLICIES);
  for (const name of ['namespaceSelector', 'objectSelector'] as const) {
    if (match[name] === undefined) yield required(at(field, name));
    else yield* labelSelectorErrors(at(field, name), match[name]);
  }
  yield* eachItem(match.resourceRules ?? [], at(field, 'resourceRules'), namedRuleErrors);
  yield* eachItem(match.excludeResourceRules ?? [], at(field, 'excludeResourceRules'), namedRuleErrors);
}

function* namedRuleErrors(rule: V1NamedRuleWithOperations, field: string): Errors {
  const names = rule.resourceNames ?? [];
  for (const [i, name] of names.entries()) {
    const here = at(field, 'resourceNames', i);
    yield* problemsOf(here, name, pathSegmentName(name));
    if (names.indexOf(name) < i) yield duplicate(here, name);
  }
  yield* ruleErrors(rule, field);
}

/** Only what is written can be changed on its way. */
export function* mutableErrors(match: V1MatchResources | undefined, field: string): Errors {
  for (const operation of (match?.resourceRules ?? []).flatMap(({ operations = [] }) => operations)) {
    if (!MUTABLE.includes(operation)) yield notSupported(at(field, 'resourceRules', 'operations'), operation, MUTABLE);
  }
}

export function* variableErrors(variables: readonly V1Variable[], compiled: Variables): Errors {
  yield* eachItem(
    variables,
    'spec.variables',
    function* ({ name = '', expression = '' }, field, i): Iterable<FieldError> {
      if (name.trim() === '') yield required(at(field, 'name'), 'name is not specified');
      else if (!/^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) || isReserved(name)) {
        yield invalid(at(field, 'name'), name, 'must be a valid CEL identifier');
      }
      if (expression.trim() === '') yield required(at(field, 'expression'), 'expression is not specified');
      else yield* expressionErrors(at(field, 'expression'), compiled.inOrder[i]);
    },
  );
}

/** What expressions of a policy may refer to; variables only where there are any. */
export function policyScope(
  { paramKind, variables = [] }: { readonly paramKind?: V1ParamKind; readonly variables?: readonly V1Variable[] },
  always = false,
): { readonly scope: Scope; readonly conditions: Scope; readonly compiled: Variables } {
  const conditions: Scope = { params: paramKind !== undefined, authorizer: true };
  const compiled = compileVariables(variables, conditions);
  const scope = variables.length === 0 && !always ? conditions : { ...conditions, variables: compiled.types };
  return { scope, conditions, compiled };
}

interface BindingSpec {
  readonly policyName?: string;
  readonly paramRef?: V1ParamRef;
  readonly matchResources?: V1MatchResources;
}

export function* bindingErrors({ policyName = '', paramRef, matchResources }: BindingSpec): Errors {
  if (policyName === '') yield required('spec.policyName');
  else yield* problemsOf('spec.policyName', policyName, dns1123Subdomain(policyName));
  if (paramRef !== undefined) yield* paramRefErrors(paramRef, 'spec.paramRef');
  yield* matchErrors(matchResources, 'spec.matchResources');
}

const EXCLUSIVE = 'name and selector are mutually exclusive';
const NOT_FOUND_ACTIONS = ['Deny', 'Allow'];

function* paramRefErrors({ name = '', selector, parameterNotFoundAction }: V1ParamRef, field: string): Errors {
  if (name !== '') {
    yield* problemsOf(at(field, 'name'), name, pathSegmentName(name));
    if (selector !== undefined) yield forbiddenField(at(field, 'name'), EXCLUSIVE);
  }
  yield* labelSelectorErrors(at(field, 'selector'), selector);
  if (selector !== undefined && name !== '') yield forbiddenField(at(field, 'selector'), EXCLUSIVE);
  if (selector === undefined && name === '') yield required(field, 'one of name or selector must be specified');
  const action = at(field, 'parameterNotFoundAction');
  if (isBlank(parameterNotFoundAction)) yield required(action);
  else if (!NOT_FOUND_ACTIONS.includes(parameterNotFoundAction ?? '')) {
    yield notSupported(action, parameterNotFoundAction ?? '', NOT_FOUND_ACTIONS);
  }
}

/** `v1/ConfigMap`. */
export function paramKindCell(kind: V1ParamKind | undefined): string {
  return kind === undefined ? UNSET : `${kind.apiVersion ?? ''}/${kind.kind ?? ''}`;
}

export function paramRefCell(ref: V1ParamRef | undefined): string {
  const { name = '', namespace = '', selector } = ref ?? {};
  if (name !== '') return namespace === '' ? name : `${namespace}/${name}`;
  return selector === undefined ? UNSET : formatLabelSelector(selectorOf(selector));
}
