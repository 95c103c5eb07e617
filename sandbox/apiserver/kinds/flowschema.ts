// FlowSchema: which requests are served at which priority level.

import { at, forbiddenField, invalid, notSupported, required } from '../../kube/fielderrors.ts';
import { compareText } from '../../kube/go/text.ts';
import { dns1123Label, dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { FlowSchemas } from '../../schema/generated/resources.ts';
import type {
  FlowcontrolV1Subject,
  V1FlowSchema,
  V1FlowSchemaSpec,
  V1NonResourcePolicyRule,
  V1PolicyRulesWithSubjects,
  V1ResourcePolicyRule,
} from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors } from '../metadata.ts';
import { conditionErrors, fixedSpec, keptInParts } from './flowcontrol/shared.ts';
import { type Errors, eachItem, isBlank, neededText, problemsOf } from './shared/checks.ts';
import { ageColumn, nameColumn, text } from './shared/columns.ts';
import { defaulter, forType } from './shared/defaults.ts';
import { shownInternally } from './shared/internal.ts';

const NAMED = { namespaced: false, name: nameRule(dns1123Subdomain) };
const METHODS = ['ByNamespace', 'ByUser'];
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];
const PRECEDENCE_MAX = 10_000;

const defaults = defaulter<V1FlowSchema>(
  'flowcontrol.v1.FlowSchema',
  new Map([
    forType<V1FlowSchemaSpec>('flowcontrol.v1.FlowSchemaSpec', (spec) =>
      (spec.matchingPrecedence ?? 0) === 0 ? { ...spec, matchingPrecedence: 1000 } : spec,
    ),
  ]),
);

export const flowSchemas = defineKind<V1FlowSchema>({
  type: FlowSchemas,
  ...keptInParts<V1FlowSchema>(defaults, errors),
  rowOrder: (a, b) => precedenceOf(a) - precedenceOf(b) || compareText(nameOf(a), nameOf(b)),
  columns: [
    nameColumn(),
    text('PriorityLevel', ({ spec }) => spec?.priorityLevelConfiguration?.name ?? ''),
    text('MatchingPrecedence', precedenceOf),
    text('DistinguisherMethod', ({ spec }) => spec?.distinguisherMethod?.type ?? '<none>'),
    ageColumn(),
    text('MissingPL', ({ status }) => {
      const condition = status?.conditions?.find(({ type }) => type === 'Dangling');
      return condition?.status ?? '?';
    }),
  ],
});

function precedenceOf({ spec }: V1FlowSchema): number {
  return spec?.matchingPrecedence ?? 0;
}

function nameOf({ metadata }: V1FlowSchema): string {
  return metadata?.name ?? '';
}

function* errors(schema: V1FlowSchema): Errors {
  yield* metaErrors(schema, NAMED);
  yield* specErrors(schema);
  yield* fixedSpec(schema);
  yield* conditionErrors(schema.status?.conditions);
}

function* specErrors({ metadata, spec = { priorityLevelConfiguration: { name: '' } } }: V1FlowSchema): Errors {
  const { matchingPrecedence = 0, distinguisherMethod, priorityLevelConfiguration, rules } = spec;
  const field = 'spec.matchingPrecedence';
  if (matchingPrecedence <= 0) yield invalid(field, matchingPrecedence, 'must be a positive value');
  if (matchingPrecedence > PRECEDENCE_MAX) {
    yield invalid(field, matchingPrecedence, `must not be greater than ${PRECEDENCE_MAX}`);
  }
  if (matchingPrecedence === 1 && metadata?.name !== 'exempt') {
    yield invalid(field, matchingPrecedence, "only the schema named 'exempt' may have matchingPrecedence 1");
  }
  if (distinguisherMethod !== undefined && !METHODS.includes(distinguisherMethod.type)) {
    const shown = shownInternally('flowcontrol.FlowDistinguisherMethod', { ...distinguisherMethod });
    yield notSupported('spec.distinguisherMethod.type', shown, METHODS);
  }
  const { name = '' } = priorityLevelConfiguration ?? {};
  const level = 'spec.priorityLevelConfiguration.name';
  if (name === '') yield required(level, 'must reference a priority level');
  else yield* problemsOf(level, name, dns1123Subdomain(name));
  yield* eachItem(rules, 'spec.rules', ruleErrors);
}

function* ruleErrors(rule: V1PolicyRulesWithSubjects, field: string): Errors {
  const { subjects, resourceRules, nonResourceRules } = rule;
  if ((subjects ?? []).length === 0) yield required(at(field, 'subjects'), 'subjects must contain at least one value');
  yield* eachItem(subjects, at(field, 'subjects'), subjectErrors);
  if ((resourceRules ?? []).length === 0 && (nonResourceRules ?? []).length === 0) {
    yield required(field, 'at least one of resourceRules and nonResourceRules has to be non-empty');
  }
  yield* eachItem(resourceRules, at(field, 'resourceRules'), resourceRuleErrors);
  yield* eachItem(nonResourceRules, at(field, 'nonResourceRules'), pathRuleErrors);
}

/** The kinds of subjects with the fields that describe them, in the order in which superfluous ones are found. */
const SUBJECTS = [
  ['ServiceAccount', 'serviceAccount', ['user', 'group']],
  ['User', 'user', ['serviceAccount', 'group']],
  ['Group', 'group', ['serviceAccount', 'user']],
] as const;

function* subjectErrors(subject: FlowcontrolV1Subject, field: string): Errors {
  const found = SUBJECTS.find(([kind]) => kind === subject.kind);
  if (found === undefined) {
    yield notSupported(at(field, 'kind'), subject.kind, ['Group', 'ServiceAccount', 'User']);
    return;
  }
  const [kind, own, others] = found;
  const described = subject[own];
  if (described === undefined) yield required(at(field, own), `${own} is required when subject kind is '${kind}'`);
  else yield* nameErrors(described, at(field, own), own === 'serviceAccount');
  for (const other of others) {
    const kindOfOther = SUBJECTS.find(([, name]) => name === other)?.[0] ?? '';
    const why = `${other} is forbidden when subject kind is not '${kindOfOther}'`;
    if (subject[other] !== undefined) yield forbiddenField(at(field, other), why);
  }
}

function* nameErrors(
  { name = '', namespace = '' }: { readonly name?: string; readonly namespace?: string },
  field: string,
  isAccount: boolean,
): Errors {
  yield* neededText(at(field, 'name'), name);
  if (!isAccount) return;
  if (name !== '' && name !== '*') yield* problemsOf(at(field, 'name'), name, dns1123Subdomain(name));
  if (isBlank(namespace)) yield required(at(field, 'namespace'), 'must specify namespace for service account');
  else yield* problemsOf(at(field, 'namespace'), namespace, dns1123Label(namespace));
}

function* resourceRuleErrors(rule: V1ResourcePolicyRule, field: string): Errors {
  const { apiGroups, resources, namespaces, clusterScope = false } = rule;
  yield* verbErrors(rule.verbs, field);
  yield* aloneOrNeeded(
    apiGroups,
    at(field, 'apiGroups'),
    'api groups',
    'resource rules must supply at least one api group',
  );
  yield* aloneOrNeeded(
    resources,
    at(field, 'resources'),
    'resources',
    'resource rules must supply at least one resource',
  );
  const here = at(field, 'namespaces');
  if ((namespaces ?? []).length === 0) {
    const why = 'resource rules that are not cluster scoped must supply at least one namespace';
    if (!clusterScope) yield required(here, why);
  } else if (namespaces?.includes('*') === true) yield* alone(namespaces, here, 'namespaces');
  else {
    yield* eachItem(namespaces, here, (name, place) =>
      problemsOf(
        place,
        name,
        dns1123Label(name).map((why) => `each member of this list must be '*' or a DNS-1123 label; ${why}`),
      ),
    );
  }
}

function* pathRuleErrors({ verbs, nonResourceURLs }: V1NonResourcePolicyRule, field: string): Errors {
  yield* verbErrors(verbs, field);
  const here = at(field, 'nonResourceURLs');
  if ((nonResourceURLs ?? []).length === 0) yield required(here, 'nonResourceURLs must contain at least one value');
  else if (nonResourceURLs.includes('*')) yield* alone(nonResourceURLs, here, 'non-resource URLs');
  else yield* eachItem(nonResourceURLs, here, pathErrors);
}

function* verbErrors(verbs: readonly string[] | null | undefined, field: string): Errors {
  const here = at(field, 'verbs');
  const given = verbs ?? [];
  if (given.length === 0) yield required(here, 'verbs must contain at least one value');
  else if (given.includes('*')) yield* alone(given, here, 'verbs');
  else if (!given.every((verb) => VERBS.includes(verb))) yield notSupported(here, [...given], VERBS);
}

function* aloneOrNeeded(list: readonly string[] | null | undefined, field: string, what: string, why: string): Errors {
  const given = list ?? [];
  if (given.length === 0) yield required(field, why);
  else if (given.includes('*')) yield* alone(given, field, what);
}

function* alone(list: readonly string[], field: string, what: string): Errors {
  if (list.length > 1) yield invalid(field, [...list], `if '*' is present, must not specify other ${what}`);
}

function* pathErrors(path: string, field: string): Errors {
  const why = pathProblem(path);
  if (why !== undefined) yield invalid(field, path, why);
}

function pathProblem(path: string): string | undefined {
  if (path === '') return 'must not be empty';
  if (path === '/') return undefined;
  if (!path.startsWith('/')) return 'must start with slash';
  if (path.includes(' ')) return 'must not contain white-space';
  if (path.includes('//')) return 'must not contain double slash';
  const first = path.indexOf('*');
  return first < 0 || (first === path.length - 1 && path.endsWith('/*'))
    ? undefined
    : 'wildcard can only do suffix matching';
}
