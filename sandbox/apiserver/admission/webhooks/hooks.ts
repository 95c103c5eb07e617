// What mutating and validating webhooks have in common: which of them are asked about a request, and how.

import type { Expression } from '../../../kube/cel/admission/expression.ts';
import { aggregateMessages } from '../../../kube/fielderrors.ts';
import { compareText } from '../../../kube/go/text.ts';
import { lazyFor } from '../../../kube/lazy.ts';
import type { KubeObject } from '../../../kube/meta.ts';
import type { ResourceType } from '../../../kube/resource.ts';
import type { V1LabelSelector } from '../../../kube/selectors/labelselectors.ts';
import { badRequest, forbidden, internalError, StatusError, type V1Status } from '../../../kube/status.ts';
import type { V1MatchCondition, V1RuleWithOperations } from '../../../schema/generated/types.ts';
import { uuid } from '../../../time/chance.ts';
import type { Work } from '../../../time/loop.ts';
import { type CallDeps, type ClientConfig, post } from '../../outgoing/clients.ts';
import type { Attributes } from '../chain.ts';
import { compileConditions, matchConditions } from '../expressions/conditions.ts';
import { CONDITIONS_BUDGET, newRun } from '../expressions/evaluation.ts';
import { type Matched, matchesSelectors, matchRules } from '../matching.ts';
import { type PolicyDeps, sightOf } from '../policies/policies.ts';
import { type ShownObjects, shownObjects } from '../request.ts';
import { type HookCall, noteFailedOpen, noteOwn } from './notes.ts';
import { InvalidAnswer, type ReviewAnswer, readAnswer, reviewText, reviewVersion } from './review.ts';

export interface WebhookDeps extends PolicyDeps, CallDeps {}

/** v1.ValidatingWebhook and v1.MutatingWebhook. */
interface Hook {
  readonly name: string;
  readonly clientConfig: ClientConfig;
  readonly rules?: readonly V1RuleWithOperations[];
  readonly failurePolicy?: string;
  readonly matchPolicy?: string;
  readonly namespaceSelector?: V1LabelSelector;
  readonly objectSelector?: V1LabelSelector;
  readonly sideEffects: string;
  readonly timeoutSeconds?: number;
  readonly admissionReviewVersions: readonly string[];
  readonly reinvocationPolicy?: string;
  readonly matchConditions?: readonly V1MatchCondition[];
}

/** Configurations of webhooks aren't asked about: nobody could mend a bad one. */
const EXEMPT: ReadonlySet<string> = new Set([
  'validatingwebhookconfigurations',
  'mutatingwebhookconfigurations',
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
  'mutatingadmissionpolicies',
  'mutatingadmissionpolicybindings',
]);

export function isExempt({ served: { type } }: Attributes): boolean {
  return type.group === 'admissionregistration.k8s.io' && EXEMPT.has(type.resource);
}

export interface NamedHook {
  readonly hook: Hook;
  readonly configuration: string;
  /** Its place among all. */
  readonly index: number;
  /** Its configuration's name, its own, and its place in there: no other has the same. */
  readonly key: string;
}

type Configuration = KubeObject & { readonly webhooks?: readonly Hook[] };

/** All webhooks of a kind of configuration, by the names of these. */
export function hooksOf<T extends Configuration>({ context }: Attributes, type: ResourceType<T>): readonly NamedHook[] {
  const nameOf = ({ metadata }: KubeObject): string => metadata?.name ?? '';
  return [...context.list<T>(type, undefined)]
    .sort((a, b) => compareText(nameOf(a), nameOf(b)))
    .flatMap((configuration) =>
      (configuration.webhooks ?? []).map((hook, i) => ({
        hook,
        configuration: nameOf(configuration),
        key: `${nameOf(configuration)}/${hook.name}/${i}`,
      })),
    )
    .map((named, index) => ({ ...named, index }));
}

/** How a webhook is to see the request; undefined: it isn't asked. Throws what keeps the server from telling. */
export function matchedHook({ hook }: NamedHook, attributes: Attributes, deps: WebhookDeps): Matched | undefined {
  const how = { equivalent: hook.matchPolicy === 'Equivalent', registry: deps.registry };
  const matched = matchRules(hook.rules ?? [], attributes, how);
  if (matched === undefined || !matchesSelectors(hook, attributes)) return undefined;
  return (hook.matchConditions ?? []).length === 0 || meetsConditions(hook, attributes, matched) ? matched : undefined;
}

function meetsConditions(hook: Hook, attributes: Attributes, matched: Matched): boolean {
  const sight = { ...sightOf(attributes, matched), namespaceObject: null, params: null };
  const run = newRun(sight, attributes.context.decide, undefined, CONDITIONS_BUDGET);
  const matches = matchConditions(compiledConditions(hook), run);
  if (matches === 'yes' || matches === 'no') return matches === 'yes';
  if (hook.failurePolicy === 'Ignore') return false;
  const { served, name } = attributes;
  const { group, resource } = served.type;
  throw forbidden({ group, kind: resource, name }, aggregateMessages([matches.problem]));
}

/** Configurations never change: conditions are compiled once. */
const compiledConditions = lazyFor((hook: Hook): readonly Expression[] =>
  compileConditions(hook.matchConditions ?? [], { authorizer: true }),
);

// --- asking

const TIMEOUT_SECONDS = 10;

export interface Asked {
  readonly hook: Hook;
  readonly call: HookCall;
  readonly matched: Matched;
  /** Tells the requests of one moment apart. */
  readonly key: string;
}

export interface HookAnswer extends ReviewAnswer {
  readonly shown: ShownObjects;
}

/**
 * Asks one webhook; undefined where it can't be asked and its failures are ignored. Warns of what it warns of. Throws
 * its refusal, or InternalError where it can't be asked.
 */
export function* askHook(asked: Asked, deps: WebhookDeps): Work<HookAnswer | undefined> {
  const { hook, call, matched } = asked;
  const { attributes, mutating } = call;
  const version = reviewVersion(hook.admissionReviewVersions) ?? 'v1';
  if (attributes.dryRun && hook.sideEffects !== 'None' && hook.sideEffects !== 'NoneOnDryRun') {
    throw badRequest(`admission webhook ${JSON.stringify(hook.name)} does not support dry run`);
  }
  const uid = uidOf(asked);
  const shown = shownObjects(attributes, matched);
  const timeoutSeconds = hook.timeoutSeconds ?? TIMEOUT_SECONDS;
  const body = reviewText({ uid, version }, attributes, matched, shown);
  const answer = yield* post(deps, attributes.context, hook.clientConfig, { body, timeoutSeconds });
  if ('problem' in answer) return failedOpen(asked, `failed to call webhook: ${answer.problem}`);
  const read = readOrProblem(answer.body, { uid, version, mutating });
  if (typeof read === 'string') return failedOpen(asked, read);
  noteOwn(call, read.auditAnnotations);
  for (const warning of read.warnings) attributes.context.warn(warning);
  if (!read.allowed) throw refusedBy(hook, read.status as V1Status | undefined);
  return { ...read, shown };
}

function uidOf({ key, call: { attributes } }: Asked): string {
  const { context, namespace = '', name, served } = attributes;
  const about = `${served.type.resource}/${namespace}/${name}`;
  return uuid(context.draws('admission review', key, about, String(context.age())), context.revision());
}

function readOrProblem(body: string, how: Parameters<typeof readAnswer>[1]): ReviewAnswer | string {
  try {
    return readAnswer(body, how);
  } catch (error) {
    if (error instanceof InvalidAnswer) return error.message;
    throw error;
  }
}

/** Nothing where failures are ignored. */
function failedOpen({ hook: { name, failurePolicy }, call }: Asked, why: string): undefined {
  if (failurePolicy === 'Ignore') {
    noteFailedOpen(call);
    return undefined;
  }
  throw internalError(`failed calling webhook ${JSON.stringify(name)}: ${why}`);
}

/** The refusal with the words of the webhook; success isn't one. */
function refusedBy({ name }: Hook, given: V1Status | undefined): StatusError {
  const by = `admission webhook ${JSON.stringify(name)} denied the request`;
  const { message = '', reason = '', code = 0, status = '', details, metadata = {} } = given ?? {};
  const why = message === '' ? reason : message;
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata,
    status: status === '' || status === 'Success' ? 'Failure' : status,
    message: why === '' ? `${by} without explanation` : `${by}: ${why}`,
    ...(reason === '' ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code: code < 400 ? 400 : code,
  });
}
