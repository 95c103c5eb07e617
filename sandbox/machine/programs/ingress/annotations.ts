// The annotations of ingress-nginx that are acted on, and which of those it knows aren't. Pure.

import type { JsonObject } from '../../../kube/json.ts';
import type { Rule } from '../edge/routes.ts';
import { objectIn, textIn } from '../edge/world.ts';

const PREFIX = 'nginx.ingress.kubernetes.io/';

const ACTED = new Set(
  `affinity app-root backend-protocol canary canary-by-cookie canary-by-header canary-by-header-pattern
canary-by-header-value canary-weight canary-weight-total force-ssl-redirect permanent-redirect
permanent-redirect-code proxy-body-size proxy-read-timeout rewrite-target session-cookie-name ssl-redirect
temporal-redirect upstream-vhost use-regex whitelist-source-range allowlist-source-range`.split(/\s+/),
);

/** An annotation of the controller's own, by its last part. */
export function annotation(ingress: JsonObject, name: string): string | undefined {
  const annotations = objectIn(ingress, 'metadata', 'annotations');
  const key = `${PREFIX}${name}`;
  return Object.hasOwn(annotations, key) ? textIn(annotations, key) : undefined;
}

export function isOn(ingress: JsonObject, name: string, otherwise = false): boolean {
  const value = annotation(ingress, name);
  return value === undefined ? otherwise : value === 'true';
}

/** Annotations that are there and change nothing here. */
export function notModelled(ingress: JsonObject): readonly string[] {
  return Object.keys(objectIn(ingress, 'metadata', 'annotations')).filter(
    (key) => key.startsWith(PREFIX) && !ACTED.has(key.slice(PREFIX.length)),
  );
}

/** What annotations say of every rule of an ingress. */
export function settingsOf(ingress: JsonObject): Partial<Rule> {
  const timeout = Number(annotation(ingress, 'proxy-read-timeout') ?? 60);
  const host = annotation(ingress, 'upstream-vhost');
  const template = annotation(ingress, 'rewrite-target');
  const allowed = annotation(ingress, 'whitelist-source-range') ?? annotation(ingress, 'allowlist-source-range');
  const sticky = annotation(ingress, 'affinity') === 'cookie';
  return {
    timeoutMs: Number.isFinite(timeout) ? timeout * 1000 : 60_000,
    bodyMax: sizeOf(annotation(ingress, 'proxy-body-size') ?? '1m'),
    allowed: (allowed ?? '')
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== ''),
    ...(host === undefined && template === undefined
      ? {}
      : {
          rewrite: {
            ...(host === undefined ? {} : { host }),
            ...(template === undefined ? {} : { template }),
          },
        }),
    ...(sticky ? { sticky: annotation(ingress, 'session-cookie-name') ?? 'INGRESSCOOKIE' } : {}),
  };
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** `8m`, as nginx reads it; 0 for no limit. */
function sizeOf(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,9})([kmg]?)$/i.exec(text) ?? [];
  return number === '' ? (UNITS['m'] ?? 0) : Number(number) * (UNITS[unit.toLowerCase()] ?? 1);
}

/** A redirect that takes the place of every backend. */
export function redirectOf(ingress: JsonObject): Rule['redirect'] {
  const permanent = annotation(ingress, 'permanent-redirect');
  if (permanent !== undefined)
    return { status: Number(annotation(ingress, 'permanent-redirect-code') ?? 301) || 301, location: permanent };
  const temporal = annotation(ingress, 'temporal-redirect');
  return temporal === undefined ? undefined : { status: 302, location: temporal };
}
