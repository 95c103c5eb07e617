// The rules of roles, made from --verb, --resource and --resource-name.

import { compareText } from '../../../../sandbox/kube/go/text.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { V1PolicyRule } from '../../../../sandbox/schema/generated/types.ts';
import type { Call } from '../../call.ts';

/** What a role is about, as the flags say it; the resource may be a short name. */
export interface RuleFlags {
  readonly verbs: readonly string[];
  readonly resources: readonly RuleResource[];
  readonly resourceNames: readonly string[];
  readonly nonResourceUrls: readonly string[];
}

/** `deployments.apps/scale` in its parts. */
interface RuleResource {
  readonly resource: string;
  readonly group: string;
  readonly subresource: string;
}

interface GroupResource {
  readonly group: string;
  readonly resource: string;
}

const RESOURCE_VERBS = new Set([
  ...['*', 'get', 'delete', 'list', 'create', 'update', 'patch', 'watch', 'proxy', 'deletecollection'],
  ...['use', 'bind', 'escalate', 'impersonate'],
]);
const URL_VERBS = new Set(['*', 'get', 'post', 'put', 'delete', 'patch', 'head', 'options']);

const ROLES: readonly GroupResource[] = [
  { group: 'rbac.authorization.k8s.io', resource: 'roles' },
  { group: 'rbac.authorization.k8s.io', resource: 'clusterroles' },
];

/** Verbs that mean something for these resources only. */
const SPECIAL_VERBS = new Map<string, readonly GroupResource[]>([
  [
    'use',
    [
      { group: 'policy', resource: 'podsecuritypolicies' },
      { group: 'extensions', resource: 'podsecuritypolicies' },
    ],
  ],
  ['bind', ROLES],
  ['escalate', ROLES],
  [
    'impersonate',
    [
      { group: '', resource: 'users' },
      { group: '', resource: 'serviceaccounts' },
      { group: '', resource: 'groups' },
      { group: 'authentication.k8s.io', resource: 'userextras' },
    ],
  ],
]);

export function ruleFlags({ flags }: Call): RuleFlags {
  const verbs = [...new Set(flags.strings('verb'))];
  const resources = flags.strings('resource').map(ruleResource);
  const everything = flags.strings('resource').indexOf('*');
  return {
    verbs: verbs.includes('*') ? ['*'] : verbs,
    resources: everything < 0 ? resources : resources.slice(everything, everything + 1),
    resourceNames: [...new Set(flags.strings('resource-name'))],
    nonResourceUrls: flags.has('non-resource-url') ? [...new Set(flags.strings('non-resource-url'))] : [],
  };
}

function ruleResource(text: string): RuleResource {
  const [, resource = '', group = '', subresource = ''] = /^([^./]*)(?:\.([^/]*))?(?:\/(.*))?$/s.exec(text) ?? [];
  return { resource, group, subresource };
}

export function* warnOfVerbs(call: Call, { verbs }: RuleFlags): Blocking<void> {
  for (const verb of verbs) {
    if (!RESOURCE_VERBS.has(verb)) yield* call.err(`Warning: '${verb}' is not a standard resource verb\n`);
  }
}

/** Throws for resources that the server doesn't have, and for verbs that mean nothing for them. */
export function* confirmResources(call: Call, { verbs, resources }: RuleFlags): Blocking<void> {
  for (const wanted of resources) {
    if (wanted.resource === '') throw new Error('resource must be specified if apiGroup/subresource specified');
    if (wanted.resource === '*') return;
    const { resource, group, error } = yield* resolved(call, wanted);
    const special = verbs.flatMap((verb) => (SPECIAL_VERBS.has(verb) ? [verb] : []));
    const meaningless = special.find((verb) => !suits(verb, resource, group));
    if (meaningless !== undefined) {
      throw new Error(`can not perform '${meaningless}' on '${resource}' in group '${group}'`);
    }
    if (error !== undefined && special.length === 0) throw error;
  }
}

function suits(verb: string, resource: string, group: string): boolean {
  return SPECIAL_VERBS.get(verb)?.some((other) => other.resource === resource && other.group === group) ?? true;
}

/** The server's name for a resource; as it was typed when the server doesn't know it. */
function* resolved(
  call: Call,
  { resource, group }: RuleResource,
): Blocking<GroupResource & { readonly error?: unknown }> {
  const mapper = yield* call.mapper();
  try {
    const found = yield* mapper.resourceFor({ resource, group, version: '' });
    return { resource: found.resource, group: found.group };
  } catch (error) {
    return { resource, group, error };
  }
}

export function confirmUrls({ verbs, nonResourceUrls }: RuleFlags): void {
  if (nonResourceUrls.length === 0) return;
  const wrong = verbs.find((verb) => !URL_VERBS.has(verb));
  if (wrong !== undefined) throw new Error(`invalid verb: '${wrong}' for nonResourceURL`);
  for (const url of nonResourceUrls) {
    if (url === '*') continue;
    if (!url.startsWith('/')) throw new Error('nonResourceURL should start with /');
    if (url.slice(0, -1).includes('*')) {
      throw new Error("nonResourceURL only supports wildcard matches when '*' is at the end");
    }
  }
}

/** One rule for each API group, one for paths that are no resources. */
export function* policyRules(call: Call, flags: RuleFlags): Blocking<readonly V1PolicyRule[]> {
  const { verbs, resourceNames, nonResourceUrls } = flags;
  const byGroup = new Map<string, Set<string>>();
  for (const wanted of flags.resources) {
    const { resource, group } = yield* resolved(call, wanted);
    const name = wanted.subresource === '' ? resource : `${resource}/${wanted.subresource}`;
    byGroup.set(group, (byGroup.get(group) ?? new Set()).add(name));
  }
  const groups = [...byGroup].sort(([a], [b]) => compareText(a, b));
  return [
    ...groups.map(([group, resources]) => ({ verbs, apiGroups: [group], resources: [...resources], resourceNames })),
    ...(nonResourceUrls.length === 0 ? [] : [{ verbs, nonResourceURLs: nonResourceUrls }]),
  ];
}
