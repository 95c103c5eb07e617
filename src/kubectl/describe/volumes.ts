// The volumes of pods and the sources of persistent volumes.

import { compareText } from '../../../sandbox/kube/go/text.ts';
import { isArray, isObject, type JsonObject, type JsonValue, own } from '../../../sandbox/kube/json.ts';
import { compareQuantities, parseQuantity, ZERO } from '../../../sandbox/kube/quantity.ts';
import type { V1Volume } from '../../../sandbox/schema/generated/types.ts';
import type { Page } from './page.ts';
import { goMap, type Texts } from './parts.ts';
import { claim } from './persistentvolumeclaim.ts';
import { type Form, PERSISTENT_SOURCES, SOURCES, type SourceText } from './volumesources.ts';

/** The volumes of a pod; `space` stands before them within a template. */
export function volumes(page: Page, list: readonly V1Volume[] | undefined, space = ''): void {
  if (list === undefined || list.length === 0) {
    page.line(0, `${space}Volumes:\t<none>`);
    return;
  }
  page.line(0, `${space}Volumes:`);
  for (const volume of list) {
    page.line(1, `${space === '' ? '' : ' '}${volume.name}:`);
    if (!volumeSource(page, volume, SOURCES)) page.line(1, '<unknown>');
  }
}

/** The source of a persistent volume. */
export function persistentSource(page: Page, spec: JsonObject): void {
  if (!volumeSource(page, spec, PERSISTENT_SOURCES)) page.line(1, '<unknown>');
}

function volumeSource(page: Page, holder: JsonObject, sources: Readonly<Record<string, SourceText>>): boolean {
  const kind = Object.keys(sources).find((key) => isObject(holder[key]));
  const text = kind === undefined ? undefined : sources[kind];
  const value = kind === undefined ? undefined : holder[kind];
  if (kind === undefined || text === undefined || !isObject(value)) return false;
  page.line(2, `Type:\t${text.title}`);
  for (const { label, field, form } of text.rows) page.line(2, `${label}\t${shown(value, field, form)}`);
  if (kind === 'projected') projectedSources(page, value);
  if (kind === 'downwardAPI') downwardItems(page, value);
  if (kind === 'csi') attributes(page, value['volumeAttributes']);
  if (kind === 'ephemeral' && isObject(value['volumeClaimTemplate'])) {
    claim(page.nested(2), value['volumeClaimTemplate'], false);
  }
  return true;
}

function shown(holder: JsonObject, path: string, form: Form): string {
  const value = path
    .split('.')
    .reduce<JsonValue | undefined>((at, key) => (isObject(at) ? own(at, key) : undefined), holder);
  switch (form) {
    case 'text':
      return String(value ?? '');
    case 'bool':
      return String(value ?? false);
    case 'number':
      return String(value ?? 0);
    case 'list':
      return `[${isArray(value) ? value.join(' ') : ''}]`;
    case 'commas':
      return isArray(value) ? value.join(', ') : '';
    case 'map':
      return goMap(isObject(value) ? (value as Texts) : undefined);
    case 'none':
      return String(value ?? '<none>');
    case 'unset':
      return String(value ?? '<unset>');
    case 'localRef':
      return isObject(value) ? `&LocalObjectReference{Name:${value['name'] ?? ''},}` : 'nil';
    case 'secretRef':
      return isObject(value) ? secretReference(value) : 'nil';
    case 'size':
      return typeof value === 'string' && isPositive(value) ? value : '<unset>';
  }
}

function secretReference(value: JsonObject): string {
  return `&SecretReference{Name:${value['name'] ?? ''},Namespace:${value['namespace'] ?? ''},}`;
}

function isPositive(quantity: string): boolean {
  return compareQuantities(parseQuantity(quantity), ZERO) > 0;
}

function projectedSources(page: Page, { sources }: JsonObject): void {
  for (const item of isArray(sources) ? sources.filter(isObject) : []) {
    const { secret, downwardAPI, configMap, serviceAccountToken } = item;
    if (isObject(secret)) {
      page.line(2, `SecretName:\t${secret['name'] ?? ''}`);
      page.line(2, `Optional:\t${secret['optional'] ?? false}`);
    } else if (isObject(downwardAPI)) page.line(2, 'DownwardAPI:\ttrue');
    else if (isObject(configMap)) {
      page.line(2, `ConfigMapName:\t${configMap['name'] ?? ''}`);
      page.line(2, `Optional:\t${configMap['optional'] ?? false}`);
    } else if (isObject(serviceAccountToken)) {
      page.line(2, `TokenExpirationSeconds:\t${serviceAccountToken['expirationSeconds'] ?? 0}`);
    }
  }
}

function downwardItems(page: Page, { items }: JsonObject): void {
  page.line(2, 'Items:');
  for (const item of isArray(items) ? items.filter(isObject) : []) {
    const { fieldRef, resourceFieldRef, path } = item;
    if (isObject(fieldRef)) page.line(3, `${fieldRef['fieldPath']} -> ${path}`);
    if (isObject(resourceFieldRef)) page.line(3, `${resourceFieldRef['resource']} -> ${path}`);
  }
}

function attributes(page: Page, value: JsonValue | undefined): void {
  page.write(2, 'VolumeAttributes:\t');
  const pairs = isObject(value)
    ? Object.keys(value)
        .sort(compareText)
        .map((key) => `${key}=${own(value, key)}`)
    : [];
  if (pairs.length === 0) page.end('<none>');
  pairs.forEach((pair, i) => {
    if (i > 0) {
      page.write(2, '');
      page.write(2, '\t');
    }
    page.line(2, pair.length > 140 ? `${pair.slice(0, 140)}...` : pair);
  });
}
