// Whether somebody's rules cover the rules that they want to hand on, and how those that aren't covered are named.

import { quote } from '../../kube/go/text.ts';
import type { V1PolicyRule } from '../../schema/generated/types.ts';
import { has, pathMatches } from './matches.ts';

/** The parts of the rules that aren't covered, in words: a line for each resource, sorted. */
export function uncovered(owned: readonly V1PolicyRule[], wanted: readonly V1PolicyRule[]): readonly string[] {
  const missing = wanted
    .flatMap((rule) => [...brokenDown(rule)])
    .filter((part) => !owned.some((own) => covers(own, part)));
  return [...new Set(compact(missing).map(shown))].sort();
}

/** A rule in pieces of one verb, one resource and at most one name each. */
function* brokenDown(rule: V1PolicyRule): Iterable<V1PolicyRule> {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  for (const group of apiGroups) {
    for (const resource of resources) {
      for (const verb of verbs) {
        const part = { apiGroups: [group], resources: [resource], verbs: [verb] };
        if (resourceNames.length === 0) yield part;
        for (const name of resourceNames) yield { ...part, resourceNames: [name] };
      }
    }
  }
  for (const path of nonResourceURLs) for (const verb of verbs) yield { nonResourceURLs: [path], verbs: [verb] };
}

function covers(own: V1PolicyRule, part: V1PolicyRule): boolean {
  const names = own.resourceNames ?? [];
  return (
    part.verbs.every((verb) => has(own.verbs, verb)) &&
    (part.apiGroups ?? []).every((group) => has(own.apiGroups, group)) &&
    (part.resources ?? []).every((resource) => resourceCovered(own.resources ?? [], resource)) &&
    (part.nonResourceURLs ?? []).every(
      (path) => (own.nonResourceURLs ?? []).includes(path) || pathMatches(own.nonResourceURLs ?? [], path),
    ) &&
    (names.length === 0 ||
      ((part.resourceNames ?? []).length > 0 && (part.resourceNames ?? []).every((name) => names.includes(name))))
  );
}

function resourceCovered(own: readonly string[], resource: string): boolean {
  if (has(own, resource)) return true;
  const slash = resource.indexOf('/');
  return slash >= 0 && own.includes(`*${resource.slice(slash)}`);
}

/** Parts about the same resource become one again. */
function compact(parts: readonly V1PolicyRule[]): readonly V1PolicyRule[] {
  const together = new Map<string, V1PolicyRule>();
  for (const part of parts) {
    const { verbs, ...rest } = part;
    const key = part.nonResourceURLs === undefined ? JSON.stringify(rest) : JSON.stringify(part);
    const before = together.get(key);
    together.set(key, before === undefined ? part : { ...before, verbs: [...before.verbs, ...verbs] });
  }
  return [...together.values()];
}

function shown(rule: V1PolicyRule): string {
  const parts: readonly (readonly [string, readonly string[] | undefined])[] = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ];
  const said = parts.filter(([, list]) => list !== undefined && list.length > 0);
  return `{${said.map(([name, list = []]) => `${name}:[${list.map(quote).join(' ')}]`).join(', ')}}`;
}
