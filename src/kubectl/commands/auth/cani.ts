// kubectl auth can-i: whether something is allowed, or all that is.

import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import { SelfSubjectAccessReviews, SelfSubjectRulesReviews } from '../../../../sandbox/schema/generated/resources.ts';
import type {
  V1PolicyRule,
  V1SelfSubjectAccessReview,
  V1SubjectRulesReviewStatus,
} from '../../../../sandbox/schema/generated/types.ts';
import type { Call } from '../../call.ts';
import { command } from '../../command.ts';
import { goList } from '../../describe/parts.ts';
import { resourceText } from '../../describe/rbac.ts';
import { decodeResources } from '../../discovery/decode.ts';
import type { Mapping } from '../../discovery/mapping.ts';
import { ExitError } from '../../errors.ts';
import { compactRules } from '../../rbac.ts';
import { fullySpecified, partial } from '../../resource/lookup.ts';
import { ACCEPT_SCHEME } from '../../resource/requests.ts';
import { createTyped } from '../../resource/typed.ts';
import { createTabWriter, TABLE } from '../../text/tabwriter.ts';

interface CanIOptions {
  readonly namespace: string;
  readonly verb: string;
  /** The collection; undefined where the server has none of that name, or for a path. */
  readonly mapping: Mapping | undefined;
  readonly resource: string;
  readonly name: string;
  /** `/healthz` */
  readonly path: string;
}

const VERBS: readonly string[] = [
  ...['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection', 'use', 'bind'],
  ...['impersonate', '*', 'approve', 'sign', 'escalate', 'attest'],
];
const PATH_VERBS = ['get', 'put', 'post', 'head', 'options', 'delete', 'patch', '*'];
/** What can be asked about without being served. */
const UNSERVED = ['users', 'groups'];

export const canI = command<CanIOptions>({
  path: 'auth can-i',
  long: `
Say whether something is allowed.

VERB is a verb of the API such as get, list, watch or delete. TYPE is a kind of resource, short names and groups included; NONRESOURCEURL a path such as /logs/; NAME the name of one object.`,
  examples: `
# Pods in any namespace
kubectl auth can-i create pods --all-namespaces

# For somebody else
kubectl auth can-i list deployments --as=jane

# Everything
kubectl auth can-i '*' '*'

# One object
kubectl auth can-i get configmap/web

# The logs of pods
kubectl auth can-i get pods --subresource=log

# All that is allowed in a namespace
kubectl auth can-i --list --namespace=team`,
  complete,
  validate: () => undefined,
  *run(options, call) {
    yield* warn(options, call);
    if (!call.flags.bool('list') && call.flags.bool('no-headers')) {
      throw new Error('--no-headers cannot be set without --list specified');
    }
    if (call.flags.bool('list')) yield* list(options, call);
    else yield* check(options, call);
  },
});

function* complete(call: Call): Blocking<CanIOptions> {
  const { args, flags } = call;
  const nothing = { verb: '', mapping: undefined, resource: '', name: '', path: '' };
  if (flags.bool('list')) {
    if (args.length > 0) throw new Error('list option must be specified with no arguments');
  } else if (args.length !== 2) {
    throw new Error(
      "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
    );
  }
  const [verb = '', what = ''] = args;
  const slash = what.indexOf('/');
  const type = slash < 0 ? what : what.slice(0, slash);
  const isPath = what.startsWith('/');
  const mapping = flags.bool('list') || isPath ? undefined : yield* resourceFor(call, type);
  yield* call.restConfig();
  const namespace = flags.bool('all-namespaces') ? '' : (yield* call.namespace()).namespace;
  confirm(call, isPath);
  if (flags.bool('list')) return { ...nothing, namespace };
  if (isPath) return { ...nothing, namespace, verb, path: what };
  const name = slash < 0 ? '' : what.slice(slash + 1);
  return { namespace, verb, mapping, resource: mapping?.resource ?? type, name, path: '' };
}

function confirm({ flags }: Call, isPath: boolean): void {
  if (flags.bool('list')) {
    if (flags.bool('quiet') || flags.bool('all-namespaces') || flags.string('subresource') !== '') {
      throw new Error("list option can't be specified with neither quiet, all-namespaces nor subresource options");
    }
    return;
  }
  if (isPath && flags.string('subresource') !== '') {
    throw new Error('--subresource can not be used with NonResourceURL');
  }
}

function* resourceFor(call: Call, text: string): Blocking<Mapping | undefined> {
  if (text === '*') return undefined;
  const mapper = yield* call.mapper();
  const typed = text.toLowerCase();
  for (const named of [fullySpecified(typed), partial(typed)]) {
    if (named === undefined) continue;
    try {
      const kind = yield* mapper.kindFor(named);
      return yield* mapper.mapping(kind, kind.version);
    } catch {
      // Said below, when the name is nothing else either.
    }
  }
  const { resource, group } = partial(typed);
  if (UNSERVED.includes(group === '' ? resource : `${resource}.${group}`)) return undefined;
  const where = group === '' ? '' : ` in group '${group}'`;
  yield* call.warnings.show(`the server doesn't have a resource type '${resource}'${where}\n`);
  return undefined;
}

function* warn({ mapping, verb, path, resource }: CanIOptions, call: Call): Blocking<void> {
  const { flags, warnings } = call;
  if (path !== '') {
    if (!PATH_VERBS.includes(verb)) yield* warnings.show(`verb '${verb}' is not a known verb\n`);
    return;
  }
  if (resource === '' || flags.bool('all-namespaces')) return;
  if (mapping !== undefined && !(yield* isNamespaced(call, mapping))) {
    const where = mapping.group === '' ? '' : ` in group '${mapping.group}'`;
    yield* warnings.show(`resource '${mapping.resource}' is not namespace scoped${where}\n`);
  }
  if (!VERBS.includes(verb)) yield* warnings.show(`verb '${verb}' is not a known verb\n`);
}

/** kubectl asks for this anew, whatever it has kept. */
function* isNamespaced(call: Call, { group, version, resource }: Mapping): Blocking<boolean> {
  const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  try {
    const list = yield* (yield* call.client()).object({ method: 'GET', path, accept: ACCEPT_SCHEME });
    return decodeResources(list).resources.find(({ name }) => name === resource)?.namespaced !== false;
  } catch {
    return true;
  }
}

function* check(options: CanIOptions, call: Call): Blocking<void> {
  const { flags } = call;
  const answer = yield* createTyped(yield* call.client(), SelfSubjectAccessReviews, '', reviewOf(options, call));
  const { allowed = false, reason = '', evaluationError = '' } = answer.status ?? {};
  const why = [reason, evaluationError].filter((text) => text !== '').map((text) => ` - ${text}`);
  if (!flags.bool('quiet')) yield* call.out(allowed ? 'yes\n' : `no${why.join('')}\n`);
  if (!allowed) throw new ExitError(1);
}

function reviewOf(
  { namespace, verb, mapping, resource, name, path }: CanIOptions,
  { flags }: Call,
): V1SelfSubjectAccessReview {
  if (path !== '') return { spec: { nonResourceAttributes: { verb, path } } };
  const subresource = flags.string('subresource');
  const filled = Object.entries({ namespace, verb, group: mapping?.group ?? '', resource, subresource, name });
  return { spec: { resourceAttributes: Object.fromEntries(filled.filter(([, value]) => value !== '')) } };
}

function* list({ namespace }: CanIOptions, call: Call): Blocking<void> {
  const review = { spec: { namespace } };
  const { status } = yield* createTyped(yield* call.client(), SelfSubjectRulesReviews, '', review);
  if (status?.incomplete) yield* call.warnings.show(`the list may be incomplete: ${status.evaluationError ?? ''}`);
  const writer = createTabWriter(TABLE);
  if (!call.flags.bool('no-headers')) writer.write('Resources\tNon-Resource URLs\tResource Names\tVerbs\n');
  for (const { resources, apiGroups, nonResourceURLs, resourceNames, verbs } of compactRules(rulesOf(status))) {
    const resource = resourceText(resources?.[0], apiGroups?.[0]);
    writer.write(`${resource}\t${goList(nonResourceURLs)}\t${goList(resourceNames)}\t${goList(verbs)}\n`);
  }
  yield* call.out(writer.flush());
}

function rulesOf(status: V1SubjectRulesReviewStatus | undefined): readonly V1PolicyRule[] {
  return [...(status?.resourceRules ?? []), ...(status?.nonResourceRules ?? [])];
}
