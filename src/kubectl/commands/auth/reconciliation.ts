// What has to be done so that roles and bindings say what they should: pure.

import { isArray, isObject, type JsonObject, sameJson, withKey, withoutKey } from '../../../../sandbox/kube/json.ts';
import { brokenDown } from '../../rbac.ts';
import { metaMap, withMeta } from '../../resource/info.ts';

/** What has to be done, what will be there then, and what differs. */
export interface Outcome {
  readonly operation: '' | 'create' | 'update' | 'recreate';
  readonly object: JsonObject;
  readonly current?: JsonObject;
  readonly missing: readonly JsonObject[];
  readonly extra: readonly JsonObject[];
  /** Whoever made it wants it left alone. */
  readonly isProtected: boolean;
}

const AUTO_UPDATE = 'rbac.authorization.kubernetes.io/autoupdate';

/** `replaces`: permissions beyond those that are wanted go. */
export function reconciledRole(wanted: JsonObject, current: JsonObject | undefined, replaces: boolean): Outcome {
  if (current === undefined) return creation(wanted, 'rules');
  const [wantedRules, rules] = [itemsIn(wanted, 'rules'), itemsIn(current, 'rules')];
  const [aggregated, aggregates] = [aggregationOf(wanted), aggregationOf(current)];
  const missing = uncovered(rules, wantedRules);
  const extra = aggregated === undefined || aggregates === undefined ? uncovered(wantedRules, rules) : [];
  const merged = withItems(withLabels(current, wanted), 'rules', { wanted: wantedRules, missing, extra, replaces });
  return outcome(current, aggregatedAs(merged, aggregated, replaces), missing, extra);
}

/** `replaces`: subjects beyond those that are wanted go. */
export function reconciledBinding(wanted: JsonObject, current: JsonObject | undefined, replaces: boolean): Outcome {
  if (current === undefined) return creation(wanted, 'subjects');
  if (!sameJson(current['roleRef'], wanted['roleRef'])) {
    const isProtected = optsOut(current);
    return { operation: 'recreate', object: wanted, current, missing: [], extra: [], isProtected };
  }
  const [wantedSubjects, subjects] = [itemsIn(wanted, 'subjects'), itemsIn(current, 'subjects')];
  const missing = without(wantedSubjects, subjects, sameSubject);
  const extra = without(subjects, wantedSubjects, sameSubject);
  const items = { wanted: wantedSubjects, missing, extra, replaces };
  return outcome(current, withItems(withLabels(current, wanted), 'subjects', items), missing, extra);
}

function creation(wanted: JsonObject, field: string): Outcome {
  return { operation: 'create', object: wanted, missing: itemsIn(wanted, field), extra: [], isProtected: false };
}

function outcome(
  current: JsonObject,
  object: JsonObject,
  missing: readonly JsonObject[],
  extra: readonly JsonObject[],
): Outcome {
  const operation = sameJson(object, current) ? '' : 'update';
  return { operation, object, current, missing, extra, isProtected: optsOut(current) };
}

function optsOut(object: JsonObject): boolean {
  return metaMap(object, 'annotations')[AUTO_UPDATE] === 'false';
}

interface Items {
  readonly wanted: readonly JsonObject[];
  readonly missing: readonly JsonObject[];
  readonly extra: readonly JsonObject[];
  readonly replaces: boolean;
}

function withItems(object: JsonObject, field: string, { wanted, missing, extra, replaces }: Items): JsonObject {
  if (missing.length === 0 && (!replaces || extra.length === 0)) return object;
  return withKey(object, field, replaces ? wanted : [...itemsIn(object, field), ...missing]);
}

function aggregationOf({ aggregationRule }: JsonObject): JsonObject | undefined {
  return isObject(aggregationRule) ? aggregationRule : undefined;
}

/** A role that isn't meant to be put together from others is so no longer. */
function aggregatedAs(object: JsonObject, wanted: JsonObject | undefined, replaces: boolean): JsonObject {
  const current = aggregationOf(object);
  if (wanted === undefined) return current === undefined ? object : withoutKey(object, 'aggregationRule');
  const [wantedSelectors, selectors] = [itemsIn(wanted, SELECTORS), itemsIn(current ?? {}, SELECTORS)];
  const missing = without(wantedSelectors, selectors, sameJson);
  const extra = without(selectors, wantedSelectors, sameJson);
  const items = { wanted: wantedSelectors, missing, extra, replaces };
  const merged = withItems(current ?? {}, SELECTORS, items);
  return sameJson(merged, current ?? {}) ? object : withKey(object, 'aggregationRule', merged);
}

const SELECTORS = 'clusterRoleSelectors';

function withLabels(object: JsonObject, wanted: JsonObject): JsonObject {
  return withMerged(withMerged(object, wanted, 'labels'), wanted, 'annotations');
}

function withMerged(object: JsonObject, wished: JsonObject, field: 'labels' | 'annotations'): JsonObject {
  const more = metaMap(wished, field);
  if (Object.keys(more).length === 0) return object;
  return withMeta(object, field, { ...metaMap(object, field), ...more });
}

type Same = (item: JsonObject, other: JsonObject) => boolean;

function without(items: readonly JsonObject[], others: readonly JsonObject[], same: Same): readonly JsonObject[] {
  return items.filter((item) => !others.some((other) => same(item, other)));
}

function sameSubject(a: JsonObject, b: JsonObject): boolean {
  return ['kind', 'apiGroup', 'name', 'namespace'].every((field) => (a[field] ?? '') === (b[field] ?? ''));
}

/** What of `rules` isn't allowed by `owners` already. */
function uncovered(owners: readonly JsonObject[], rules: readonly JsonObject[]): readonly JsonObject[] {
  return rules
    .flatMap((rule) => brokenDown({ verbs: [], ...rule }))
    .filter((rule) => !owners.some((owner) => covers(owner, rule)));
}

function covers(owner: JsonObject, rule: JsonObject): boolean {
  const has = (field: string): boolean => {
    const own = textsIn(owner, field);
    return own.includes('*') || textsIn(rule, field).every((each) => own.includes(each));
  };
  const names = textsIn(owner, 'resourceNames');
  const named = names.length === 0 || (textsIn(rule, 'resourceNames').length > 0 && has('resourceNames'));
  if (textsIn(rule, 'nonResourceURLs').length > 0) return has('verbs') && has('nonResourceURLs');
  return has('verbs') && has('apiGroups') && has('resources') && named;
}

function textsIn(object: JsonObject, field: string): readonly string[] {
  const texts = object[field];
  return isArray(texts) ? texts.filter((text): text is string => typeof text === 'string') : [];
}

function itemsIn(object: JsonObject, field: string): readonly JsonObject[] {
  const items = object[field];
  return isArray(items) ? items.filter(isObject) : [];
}
