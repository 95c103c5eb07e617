// Whether a rule of a role covers what somebody wants to do.

import type { V1PolicyRule } from '../../schema/generated/types.ts';
import type { AccessAttributes } from './authorizer.ts';

export function ruleAllows(rule: V1PolicyRule, attributes: AccessAttributes): boolean {
  if (!has(rule.verbs, attributes.verb)) return false;
  if ('path' in attributes) return pathMatches(rule.nonResourceURLs ?? [], attributes.path);
  const { group, resource, subresource = '', name = '' } = attributes.target;
  const names = rule.resourceNames ?? [];
  return (
    has(rule.apiGroups, group) &&
    resourceMatches(rule.resources ?? [], resource, subresource) &&
    (names.length === 0 || names.includes(name))
  );
}

export function has(list: readonly string[] = [], value: string): boolean {
  return list.includes('*') || list.includes(value);
}

function resourceMatches(resources: readonly string[], resource: string, subresource: string): boolean {
  if (resources.includes('*')) return true;
  if (subresource === '') return resources.includes(resource);
  return resources.includes(`${resource}/${subresource}`) || resources.includes(`*/${subresource}`);
}

export function pathMatches(patterns: readonly string[], path: string): boolean {
  return patterns.some((pattern) => (pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : pattern === path));
}
