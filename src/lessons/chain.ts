// The recorded chain of causes in words, for a verdict: from what the learner typed to the write that made things so.

import type { KubeObject } from '../../sandbox/kube/meta.ts';
import type { TeacherSession } from '../checks/session.ts';
import { phrase, type Words } from '../i18n/say.ts';
import { LESSON } from '../session/checker.ts';

/** Empty where nothing is recorded. The learner's own act comes first. */
export function chainOf(
  session: TeacherSession,
  { apiVersion, kind = '', metadata = {} }: KubeObject,
): readonly Words[] {
  const type = session.resolve(apiVersion, kind);
  if (type === undefined || metadata.name === undefined) return [];
  const why = session.why?.(type, { name: metadata.name, namespace: metadata.namespace });
  if (why === undefined) return [];
  // Who has changed it since is nearer to how it is than who made it.
  if (why.touched !== undefined && why.touched.what !== LESSON)
    return [phrase('chain.you', { what: why.touched.what })];
  const steps = why.steps.map(({ actor, verb, object }) => phrase('chain.actor', { actor, what: `${verb} ${object}` }));
  if (why.root === undefined) return steps;
  const { what } = why.root;
  return [what === LESSON ? phrase('chain.lesson', {}) : phrase('chain.you', { what }), ...steps.slice(1)];
}
