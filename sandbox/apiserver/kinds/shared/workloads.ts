// What workloads share: a selector of pods, and a template for those it selects.

import { shownEmpty } from '../../../kube/emptied.ts';
import {
  at,
  forbiddenField,
  invalid,
  notSupported,
  required,
  shownAsJson,
  shownAsMap,
} from '../../../kube/fielderrors.ts';
import { type JsonValue, sameJson } from '../../../kube/json.ts';
import type { KubeObject } from '../../../kube/meta.ts';
import { dns1123Label } from '../../../kube/names.ts';
import { labelSelectorErrors } from '../../../kube/selectors/labelrules.ts';
import {
  describeLabelSelector,
  formatLabelSelector,
  type LabelSelector,
  matchesLabels,
  SelectorError,
  selectorOf,
} from '../../../kube/selectors/labelselectors.ts';
import type { V1LabelSelector, V1PodTemplateSpec } from '../../../schema/generated/types.ts';
import { type Errors, IMMUTABLE, nonNegative } from './checks.ts';
import { shownInternally } from './internal.ts';
import { templateWithoutDisabled } from './pod/disabled.ts';
import { podTemplate } from './pod/template.ts';
import { templateWarnings } from './pod/warnings.ts';

/** What is missing in a kind that can't do without it is written as null. */
type GivenSelector = V1LabelSelector | null | undefined;

/** The selector of a workload must select something; `workload` is the kind that the message names. */
export function* workloadSelector(field: string, selector: GivenSelector, workload: string): Errors {
  if (selector === undefined || selector === null) {
    yield required(field);
    return;
  }
  yield* labelSelectorErrors(field, selector);
  yield* emptySelector(field, selector, workload);
}

export function* emptySelector(field: string, selector: V1LabelSelector, workload: string): Errors {
  if (Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length > 0) return;
  yield invalid(field, shownSelector(selector), `empty selector is invalid for ${workload}`);
}

export function shownSelector(selector: GivenSelector) {
  return shownInternally('*meta.LabelSelector', selector ?? undefined);
}

/** A selector stays what it is: the pods that it selects are the workload's. */
export function* keptSelector(next: GivenSelector, current: GivenSelector): Errors {
  if (!sameJson(next ?? null, current ?? null)) yield invalid('spec.selector', shownSelector(next), IMMUTABLE);
}

/** The selector as it is applied; undefined when it can't be. */
export function readSelector(selector: GivenSelector): LabelSelector | undefined {
  try {
    return selectorOf(selector ?? undefined);
  } catch (error) {
    if (error instanceof SelectorError) return undefined;
    throw error;
  }
}

/** What a table shows of the selector. */
export function selectorCell(selector: GivenSelector): string {
  return describeLabelSelector(selector ?? undefined);
}

/** What a scale shows of the selector. */
export function selectorText(selector: GivenSelector): string {
  const read = readSelector(selector);
  return read === undefined ? '' : formatLabelSelector(read);
}

/** A selector must select what the template makes. */
export function* unmatchedLabels(field: string, selector: LabelSelector, { metadata }: V1PodTemplateSpec): Errors {
  if (matchesLabels(selector, metadata?.labels)) return;
  const { labels } = metadata ?? {};
  const shown = labels === undefined ? shownEmpty(metadata, 'labels', '{}') : shownAsMap(labels);
  yield invalid(at(field, 'metadata', 'labels'), shown, '`selector` does not match template `labels`');
}

/** The template of a workload whose pods run for good; `kind` is the one that the message names. */
export function* lastingTemplate(field: string, template: V1PodTemplateSpec, kind: string): Errors {
  yield* podTemplate(field, template);
  yield* lastingPods(field, template, kind);
}

export function* lastingPods(field: string, { spec }: V1PodTemplateSpec, kind: string): Errors {
  const { restartPolicy = '', activeDeadlineSeconds } = spec ?? {};
  if (restartPolicy !== 'Always') {
    yield notSupported(at(field, 'spec', 'restartPolicy'), shownAsJson(restartPolicy), ['Always']);
  }
  if (activeDeadlineSeconds !== undefined) {
    const detail = `activeDeadlineSeconds in ${kind} is not Supported`;
    yield forbiddenField(at(field, 'spec', 'activeDeadlineSeconds'), detail);
  }
}

/** Counts of a status: none is negative. */
export function* nonNegativeCounts(
  field: string,
  status: { readonly [key: string]: JsonValue | undefined },
  names: readonly string[],
): Errors {
  for (const name of names) {
    const count = status[name];
    if (typeof count === 'number') yield* nonNegative(at(field, name), count);
  }
}

/** Counts that can't exceed another. */
export function* atMost(
  field: string,
  status: { readonly [key: string]: JsonValue | undefined },
  names: readonly string[],
  limit: number,
  detail: string,
): Errors {
  for (const name of names) {
    const count = status[name] ?? 0;
    if (typeof count === 'number' && count > limit)
      yield invalid(at(field, name), count, `cannot be greater than ${detail}`);
  }
}

interface WithCollisions {
  readonly collisionCount?: number;
}

export function* fewerCollisions(next: WithCollisions = {}, current: WithCollisions = {}): Errors {
  if (current.collisionCount === undefined) return;
  const count = next.collisionCount ?? 0;
  if (next.collisionCount !== undefined && count >= current.collisionCount) return;
  yield invalid('status.collisionCount', count, 'cannot be decremented');
}

/** The names of pods begin with the workload's name. */
export function* hostnameWarning(name = ''): Iterable<string> {
  const problems = dns1123Label(name);
  if (problems.length === 0) return;
  const effect = 'this is used in Pod names and hostnames, which can result in surprising behavior';
  yield `metadata.name: ${effect}; a DNS label is recommended: [${problems.join(' ')}]`;
}

/** What has a template of pods in its spec. */
interface Templated extends KubeObject {
  readonly spec?: { readonly template?: V1PodTemplateSpec };
}

/** The workload with nothing in its template that is switched off. */
export function withTemplate<T extends Templated>(workload: T): T {
  const { spec } = workload;
  if (spec?.template === undefined) return workload;
  return { ...workload, spec: { ...spec, template: templateWithoutDisabled(spec.template) } };
}

/** Warnings about a name that pods would bear, and about a template that is new. */
export function* workloadWarnings(next: Templated, current: Templated | undefined): Iterable<string> {
  if (current === undefined) yield* hostnameWarning(next.metadata?.name);
  if (current?.metadata?.generation === next.metadata?.generation) return;
  yield* templateWarnings('spec.template', next.spec?.template);
}
