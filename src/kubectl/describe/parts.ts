// Parts that the descriptions of many kinds share: labels, annotations, times, owners, tolerations, taints.

import { humanDuration } from '../../../sandbox/kube/duration.ts';
import { compareText } from '../../../sandbox/kube/go/text.ts';
import { own } from '../../../sandbox/kube/json.ts';
import type { KubeObject, V1ObjectMeta } from '../../../sandbox/kube/meta.ts';
import type { V1Taint, V1Toleration } from '../../../sandbox/schema/generated/types.ts';
import { parseTime, type TimeMs } from '../../../sandbox/time/units.ts';
import type { Page } from './page.ts';

export type Texts = { readonly [key: string]: string };

const MAX_ANNOTATION = 140;
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** An object's metadata; every object that a server answers has some. */
export function metaOf(object: KubeObject): V1ObjectMeta {
  return object.metadata ?? {};
}

/** `title:` with one item a line beside it. */
export function listed(page: Page, title: string, items: readonly string[]): void {
  page.write(0, `${title}:\t`);
  if (items.length === 0) page.end('<none>');
  items.forEach((item, i) => {
    if (i > 0) page.write(0, '\t');
    page.line(0, item);
  });
}

/** `Labels:  a=b`, one pair a line, sorted. `indent` stands before each line. */
export function labels(page: Page, title: string, map: Texts | undefined, indent = '', inner = '\t'): void {
  page.write(0, `${indent}${title}:${inner}`);
  const keys = sorted(map);
  if (keys.length === 0) page.end('<none>');
  keys.forEach((key, i) => {
    if (i > 0) {
      page.write(0, indent);
      page.write(0, inner);
    }
    page.line(0, `${key}=${own(map, key)}`);
  });
}

/** Annotations without what kubectl apply keeps there; long ones on lines of their own, shortened. */
export function annotations(page: Page, title: string, map: Texts | undefined): void {
  page.write(0, `${title}:\t`);
  const keys = sorted(map).filter((key) => key !== LAST_APPLIED);
  if (keys.length === 0) page.end('<none>');
  keys.forEach((key, i) => {
    if (i > 0) page.write(0, '\t');
    const value = (own(map, key) ?? '').replace(/\n$/, '');
    if (value.length + key.length + 2 <= MAX_ANNOTATION && !value.includes('\n')) {
      page.line(0, `${key}: ${value}`);
      return;
    }
    page.line(0, `${key}:`);
    for (const part of value.split('\n')) page.line(0, `\t  ${shortened(part, MAX_ANNOTATION - 2)}`);
  });
}

function sorted(map: Texts | undefined): string[] {
  return Object.keys(map ?? {}).sort(compareText);
}

function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}...` : text;
}

export function orNone(text: string | undefined): string {
  return text || '<none>';
}

/** `Mon, 02 Jan 2006 15:04:05 +0000`; Go's zero time when there is none. */
export function fullTime(time: string | null | undefined): string {
  const ms = parseTime(time ?? undefined);
  if (ms === undefined) return 'Mon, 01 Jan 0001 00:00:00 +0000';
  const date = new Date(ms);
  const day = String(date.getUTCDate()).padStart(2, '0');
  const clock = date.toISOString().slice(11, 19);
  const [weekday, month] = [DAYS[date.getUTCDay()], MONTHS[date.getUTCMonth()]];
  return `${weekday}, ${day} ${month} ${date.getUTCFullYear()} ${clock} +0000`;
}

/** How long ago it was: `5m3s`. */
export function since(time: string | null | undefined, now: TimeMs): string {
  const ms = parseTime(time ?? undefined);
  return ms === undefined ? '<unknown>' : humanDuration(now - ms);
}

/** `ReplicaSet/web-1`; empty for what nobody controls. */
export function controllerOf(object: KubeObject): string {
  const owner = metaOf(object).ownerReferences?.find(({ controller }) => controller);
  return owner === undefined ? '' : `${owner.kind}/${owner.name}`;
}

/** Go's `%v` of a list of texts. */
export function goList(items: readonly (string | number)[] | undefined): string {
  return `[${(items ?? []).join(' ')}]`;
}

/** Go's `%v` of a map of texts. */
export function goMap(map: Texts | undefined): string {
  return `map[${sorted(map)
    .map((key) => `${key}:${own(map, key)}`)
    .join(' ')}]`;
}

export function titledBool(value: boolean | undefined): string {
  return value ? 'True' : 'False';
}

export function tolerations(page: Page, title: string, list: readonly V1Toleration[] | undefined, indent = ''): void {
  page.write(0, `${indent}${title}:\t`);
  if (list === undefined || list.length === 0) page.end('<none>');
  const inOrder = [...(list ?? [])].sort((a, b) => compareText(a.key ?? '', b.key ?? ''));
  inOrder.forEach((toleration, i) => {
    if (i > 0) page.write(0, `${indent}\t`);
    page.line(0, tolerationText(toleration));
  });
}

function tolerationText({ key = '', value = '', effect = '', operator, tolerationSeconds }: V1Toleration): string {
  const exists = operator === 'Exists' && value === '';
  return [
    key,
    value === '' ? '' : `=${value}`,
    effect === '' ? '' : `:${effect}`,
    exists ? (key === '' && effect === '' ? 'op=Exists' : ' op=Exists') : '',
    tolerationSeconds === undefined ? '' : ` for ${tolerationSeconds}s`,
  ].join('');
}

export function taints(page: Page, title: string, list: readonly V1Taint[] | undefined): void {
  const inOrder = [...(list ?? [])].sort((a, b) => compareText(`${a.effect},${a.key}`, `${b.effect},${b.key}`));
  listed(page, title, inOrder.map(taintText));
}

/** `key=value:effect`, as far as it has a value and an effect. */
function taintText({ key, value, effect }: V1Taint): string {
  if (!effect) return value ? `${key}=${value}:` : key;
  return value ? `${key}=${value}:${effect}` : `${key}:${effect}`;
}
