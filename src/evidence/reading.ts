// Reading objects: conditions, containers, selectors, events. What many rows ask.

import type { KubeObject } from '../../sandbox/kube/meta.ts';
import type { CoreV1Event, V1Container, V1ContainerStatus, V1Pod } from '../../sandbox/schema/generated/types.ts';
import type { Lookup } from './row.ts';

/** A condition as every kind has them. */
export interface AnyCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

export function conditionsOf(object: KubeObject): readonly AnyCondition[] {
  const { status } = object as { readonly status?: { readonly conditions?: readonly AnyCondition[] } };
  return status?.conditions ?? [];
}

export function conditionOf(object: KubeObject, type: string): AnyCondition | undefined {
  return conditionsOf(object).find((one) => one.type.toLowerCase() === type.toLowerCase());
}

export function isTrue(object: KubeObject, type: string): boolean {
  return conditionOf(object, type)?.status === 'True';
}

/** One container with what is known of it. */
export interface Known {
  readonly spec: V1Container;
  readonly status: V1ContainerStatus | undefined;
  readonly isInit: boolean;
}

/** Init containers first, as they run. */
export function containersOf({ spec, status }: V1Pod): readonly Known[] {
  const known = (container: V1Container, isInit: boolean): Known => {
    const all = isInit ? status?.initContainerStatuses : status?.containerStatuses;
    return { spec: container, isInit, status: all?.find(({ name }) => name === container.name) };
  };
  return [
    ...(spec?.initContainers ?? []).map((one) => known(one, true)),
    ...(spec?.containers ?? []).map((one) => known(one, false)),
  ];
}

/** The first container that waits for this reason, with what is said of it. */
export function waiting(pod: V1Pod, ...reasons: readonly string[]) {
  for (const { spec, status, isInit } of containersOf(pod)) {
    const { reason = '', message = '' } = status?.state?.waiting ?? {};
    if (reasons.includes(reason))
      return { container: spec.name, image: spec.image ?? '', reason, message: line(message), isInit };
  }
  return undefined;
}

/** Selectors as `kubectl` takes them. */
export function selectorText(selector: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(selector ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

interface Expressed {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

const OPERATORS: Readonly<Record<string, (key: string, values: string) => string>> = {
  In: (key, values) => `${key} in (${values})`,
  NotIn: (key, values) => `${key} notin (${values})`,
  Exists: (key) => key,
  DoesNotExist: (key) => `!${key}`,
};

export function labelSelectorText(selector: Expressed | undefined): string {
  const parts = (selector?.matchExpressions ?? []).map(({ key, operator, values = [] }) =>
    OPERATORS[operator]?.(key, values.join(',')),
  );
  return [selectorText(selector?.matchLabels), ...parts].filter((part) => part !== undefined && part !== '').join(',');
}

export function namespaceOf({ metadata }: KubeObject): string {
  return metadata?.namespace ?? 'default';
}

/** Whether there is such an object. */
export function isThere(look: Lookup, kind: string, name: string, namespace?: string): boolean {
  return look({ kind, name, ...(namespace === undefined ? {} : { namespace }) }).length > 0;
}

/** The Pods that a workload's selector finds; none where it has no selector. */
export function podsOf(object: KubeObject, look: Lookup): readonly V1Pod[] {
  const { spec } = object as { readonly spec?: { readonly selector?: Expressed } };
  const selector = labelSelectorText(spec?.selector);
  return selector === '' ? [] : (look({ kind: 'Pod', namespace: namespaceOf(object), selector }) as readonly V1Pod[]);
}

/** The latest event about an object with one of these reasons, whose message has a text. */
export function eventOf(
  object: KubeObject,
  look: Lookup,
  reasons: readonly string[],
  text = '',
): CoreV1Event | undefined {
  const events = look({ kind: 'Event', apiVersion: 'v1', namespace: namespaceOf(object) }) as readonly CoreV1Event[];
  return events.findLast(
    ({ involvedObject, reason = '', message = '' }) =>
      involvedObject.uid === object.metadata?.uid && reasons.includes(reason) && message.includes(text),
  );
}

/** The first line, cut to a length that can be read. */
export function line(text: string | undefined): string {
  const [first = ''] = (text ?? '').trim().split('\n');
  return first.length > 300 ? `${first.slice(0, 297)}...` : first;
}

/** A text between two others: `secret "x" not found` → x. */
export function quotedIn(text: string, pattern: RegExp): string | undefined {
  return pattern.exec(text)?.[1];
}
