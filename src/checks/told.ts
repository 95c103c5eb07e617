// Checks of the kinds `attempt` and `cause`: what the learner tried last, and what an object came from. Both look at what
// is recorded, and leave no trace.

import type { Attempt } from '../../sandbox/apiserver/http/attempts.ts';
import { phrase, type Words } from '../i18n/say.ts';
import type { AttemptCheck, CauseCheck } from './check.ts';
import type { Ground } from './ground.ts';
import { subjectOf } from './state.ts';
import { fails, fits, type Verdict } from './verdict.ts';

export function judgeAttempt(check: AttemptCheck, { session }: Ground): Verdict {
  const expected = phrase(check.outcome === 'refused' ? 'attempt.refused' : 'attempt.warned', {});
  const last = session.attempts?.().at(-1);
  if (last === undefined) return fails(expected, phrase('attempt.none', {}));
  const actual = toldOf(last);
  return isMeant(check, last) ? fits(expected, actual) : fails(expected, actual);
}

function toldOf({ message, warnings, verb, target }: Attempt): Words {
  const what = `${verb} ${target.resource}${target.name === undefined ? '' : `/${target.name}`}`;
  const text = message ?? warnings[0];
  return text === undefined ? phrase('attempt.accepted', { what }) : phrase('attempt.told', { what, text });
}

function isMeant({ outcome, reason, field, mentions, resource, name }: AttemptCheck, last: Attempt): boolean {
  const { code, warnings, causes, message = '', target } = last;
  const refused = code >= 400;
  const texts = outcome === 'refused' ? [message] : warnings;
  return (
    (outcome === 'refused' ? refused : !refused && warnings.length > 0) &&
    (reason === undefined || last.reason === reason) &&
    (field === undefined || causes.some((cause) => cause.field === field)) &&
    (mentions === undefined || texts.some((text) => text.includes(mentions))) &&
    (resource === undefined || target.resource === resource) &&
    (name === undefined || target.name === name)
  );
}

export function judgeCause(check: CauseCheck, { session, look }: Ground): Verdict {
  const { select, entered, actor } = check;
  const subject = subjectOf(select);
  const expected = phrase('cause.expected', { subject, what: entered ?? actor ?? '' });
  if (session.why === undefined) return fails(expected, phrase('cause.unrecorded', {}));
  const type = session.resolve(select.apiVersion, select.kind);
  const found = type === undefined ? [] : look.objects(select);
  const chains = found.flatMap(({ metadata }) => {
    const ref = { name: metadata?.name ?? '', namespace: metadata?.namespace };
    return (type === undefined ? undefined : session.why?.(type, ref)) ?? [];
  });
  const meant = chains.find(
    ({ steps, root }) =>
      (entered === undefined || root?.what.includes(entered) === true) &&
      (actor === undefined || steps.some((step) => step.actor === actor)),
  );
  if (meant !== undefined) return fits(expected, expected);
  const first = chains[0];
  if (first === undefined) return fails(expected, phrase('state.none', { subject }));
  return fails(expected, phrase('cause.is', { what: first.root?.what ?? first.steps.at(-1)?.actor ?? '' }));
}
