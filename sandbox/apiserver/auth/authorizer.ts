// Who may do what. Authorizers are asked in order; the first that has an opinion decides, and nobody's opinion is no.

import { annotate, type Caller, type Target, type UserInfo } from '../../kube/operation.ts';
import { type FieldSelector, parseFieldSelector, requiredField } from '../../kube/selectors/fieldselectors.ts';
import { failure, forbidden } from '../../kube/status.ts';

/** What somebody wants to do: to a resource, or to a path that is none. */
export type AccessAttributes =
  | {
      readonly user: UserInfo;
      readonly verb: string;
      readonly target: Target;
      /** Of a list, a watch or a deletion of a collection: which of its objects are meant. */
      readonly fields?: FieldSelector;
    }
  | { readonly user: UserInfo; readonly verb: string; readonly path: string };

export interface Decision {
  readonly decision: 'allow' | 'deny' | 'no opinion';
  readonly reason: string;
}

export type Authorizer = (attributes: AccessAttributes) => Decision;

export const NO_OPINION: Decision = { decision: 'no opinion', reason: '' };

/** Asks several authorizers in order. */
export function firstOpinion(authorizers: readonly Authorizer[]): Authorizer {
  return (attributes) => {
    const reasons: string[] = [];
    for (const authorizer of authorizers) {
      const decision = authorizer(attributes);
      if (decision.decision !== 'no opinion') return decision;
      if (decision.reason !== '') reasons.push(decision.reason);
    }
    return { decision: 'no opinion', reason: reasons.join('\n') };
  };
}

/** Members of `system:masters` may do everything. */
export const superusers: Authorizer = ({ user }) =>
  user.groups.includes('system:masters') ? { decision: 'allow', reason: '' } : NO_OPINION;

/** Throws Forbidden, in the real server's words, unless it is allowed. */
export function checkAllowed(
  authorizer: Authorizer,
  verb: string,
  asked: Target,
  caller: Caller,
  fieldSelector = '',
): void {
  const fields = fieldSelector === '' ? [] : fieldsIn(fieldSelector);
  const target = fields.length === 0 ? asked : named(asked, fields);
  const { decision, reason } = authorizer({ user: caller.user, verb, target, fields });
  noteDecision(caller, decision, reason);
  if (decision === 'allow') return;
  throw forbidden(
    { group: target.group, kind: target.resource, name: target.name ?? '' },
    refusal(caller.user, verb, target, reason),
  );
}

function noteDecision(caller: Caller, decision: Decision['decision'], reason: string): void {
  if (caller.notes === undefined) return;
  annotate(caller, 'authorization.k8s.io/decision', decision === 'allow' ? 'allow' : 'forbid');
  annotate(caller, 'authorization.k8s.io/reason', reason);
}

/** What a selector selects by; nothing where it can't be read, which is refused later. */
export function fieldsIn(selector: string): FieldSelector {
  try {
    return parseFieldSelector(selector);
  } catch {
    return [];
  }
}

/** Whoever selects one object by its name asks for that one. */
function named(target: Target, fields: FieldSelector): Target {
  if ((target.name ?? '') !== '') return target;
  const name = requiredField(fields, 'metadata.name');
  return name === undefined || name === '' ? target : { ...target, name };
}

function refusal({ name }: UserInfo, verb: string, target: Target, reason: string): string {
  const resource = target.subresource === undefined ? target.resource : `${target.resource}/${target.subresource}`;
  const scope = target.namespace === undefined ? 'at the cluster scope' : `in the namespace "${target.namespace}"`;
  const what = `User "${name}" cannot ${verb} resource "${resource}" in API group "${target.group}" ${scope}`;
  return reason === '' ? what : `${what}: ${reason}`;
}

/** The same for a path that is no resource. */
export function checkPathAllowed(authorizer: Authorizer, verb: string, path: string, caller: Caller): void {
  const { user } = caller;
  const { decision, reason } = authorizer({ user, verb, path });
  noteDecision(caller, decision, reason);
  if (decision === 'allow') return;
  const message = `forbidden: User "${user.name}" cannot ${verb} path "${path}"`;
  throw failure(403, 'Forbidden', message, {});
}
