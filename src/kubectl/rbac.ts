// Rules of roles as people read them: one resource or path a rule, with all verbs.

import { compareText } from '../../sandbox/kube/go/text.ts';
import type { V1PolicyRule } from '../../sandbox/schema/generated/types.ts';

/** Rules for one resource each, verbs of equal ones together, in order of their text. */
export function compactRules(rules: readonly V1PolicyRule[]): readonly V1PolicyRule[] {
  const simple = new Map<string, { rule: V1PolicyRule; verbs: string[] }>();
  const others: V1PolicyRule[] = [];
  for (const rule of rules.flatMap(brokenDown)) {
    const key = keyOf(rule);
    const known = key === undefined ? undefined : simple.get(key);
    if (key === undefined) others.push(rule);
    else if (known === undefined) simple.set(key, { rule, verbs: [...rule.verbs] });
    else known.verbs.push(...rule.verbs.filter((verb) => !known.verbs.includes(verb)));
  }
  const compacted = [...others, ...[...simple.values()].map(({ rule, verbs }) => ({ ...rule, verbs }))];
  return compacted.sort((a, b) => compareText(textOf(a), textOf(b)));
}

/** Rules with one group, resource, name or path and one verb each. */
export function brokenDown(rule: V1PolicyRule): readonly V1PolicyRule[] {
  const { apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [], verbs } = rule;
  const ofResources = apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      verbs.flatMap((verb): V1PolicyRule[] => {
        const base = { apiGroups: [group], resources: [resource], verbs: [verb] };
        return resourceNames.length === 0 ? [base] : resourceNames.map((name) => ({ ...base, resourceNames: [name] }));
      }),
    ),
  );
  const ofPaths = nonResourceURLs.flatMap((path) => verbs.map((verb) => ({ nonResourceURLs: [path], verbs: [verb] })));
  return [...ofResources, ...ofPaths];
}

/** What rules must have in common to be one; undefined for paths, which stay apart. */
function keyOf({ apiGroups, resources, resourceNames, nonResourceURLs }: V1PolicyRule): string | undefined {
  if (nonResourceURLs !== undefined) return undefined;
  return JSON.stringify([apiGroups?.[0], resources?.[0], resourceNames?.[0] ?? null]);
}

/** The form by which Go orders them. */
function textOf({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: V1PolicyRule): string {
  const list = (items: readonly string[] | undefined): string => `[${(items ?? []).join(' ')}]`;
  return (
    `&PolicyRule{Verbs:${list(verbs)},APIGroups:${list(apiGroups)},Resources:${list(resources)},` +
    `ResourceNames:${list(resourceNames)},NonResourceURLs:${list(nonResourceURLs)},}`
  );
}
