// From Ingress objects to rules, as ingress-nginx reads them. Pure.

import type { JsonObject } from '../../../kube/json.ts';
import type { World } from '../edge/controller.ts';
import { ANY_RULE, type Backend, inOrder, type PathMatch, type Rule, type ValueMatch } from '../edge/routes.ts';
import { backendOf, certificateOf, listIn, numberIn, objectIn, objectsOf, textIn, textsIn } from '../edge/world.ts';
import { annotation, isOn, redirectOf, settingsOf } from './annotations.ts';

export interface IngressSettings {
  /** The class's controller: `k8s.io/ingress-nginx`. */
  readonly controller: string;
  /** The class that the old annotation names. */
  readonly className: string;
  readonly withoutClass: boolean;
  /** `namespace/name` of the service that answers what no rule is for. */
  readonly defaultBackend: string | undefined;
  /** `namespace/name` of the service whose addresses ingresses get. */
  readonly publishService: string | undefined;
  readonly publishAddress: readonly string[];
  readonly httpPort: number;
  readonly httpsPort: number;
}

/** The ingresses that this controller is for, the oldest first. */
export function ingressesOf(world: World, settings: IngressSettings): readonly JsonObject[] {
  return objectsOf(world, 'ingresses').filter((ingress) => isOurs(world, settings, ingress));
}

function isOurs(world: World, settings: IngressSettings, ingress: JsonObject): boolean {
  const old = textIn(ingress, 'metadata', 'annotations', 'kubernetes.io/ingress.class');
  if (old !== '') return old === settings.className;
  const name = textIn(ingress, 'spec', 'ingressClassName');
  if (name === '') return settings.withoutClass;
  return textIn(world.get('ingressclasses')?.get(`/${name}`), 'spec', 'controller') === settings.controller;
}

export interface CompiledIngresses {
  readonly http: readonly Rule[];
  readonly https: readonly Rule[];
  readonly certificates: readonly { readonly name: string; readonly cert: string }[];
  readonly notes: readonly string[];
}

export function compileIngresses(world: World, settings: IngressSettings): CompiledIngresses {
  const ours = ingressesOf(world, settings);
  const { certificates, notes } = certificatesOf(world, ours);
  const tlsHosts = new Set(ours.flatMap((each) => listIn(each, 'spec', 'tls').flatMap((tls) => textsIn(tls, 'hosts'))));
  const plain = ours.filter((ingress) => !isOn(ingress, 'canary'));
  const canaries = ours.filter((ingress) => isOn(ingress, 'canary'));
  const rules = new Map<string, Rule[]>();
  const insists = new Set<string>();
  for (const ingress of plain) {
    for (const rule of rulesOf(world, ingress)) {
      const key = placeOf(rule);
      if (rules.has(key)) continue;
      rules.set(key, withCanaries(world, rule, canaries));
      const forced = isOn(ingress, 'force-ssl-redirect');
      if (forced || (tlsHosts.has(rule.host) && isOn(ingress, 'ssl-redirect', true))) insists.add(key);
    }
  }
  const whole = [...rules.values()].flat();
  const https = inOrder([...whole, ...lastResorts(world, settings, whole)]);
  const http = https.map(
    (rule): Rule => (insists.has(placeOf(rule)) ? { ...rule, redirect: { status: 308, scheme: 'https' } } : rule),
  );
  return { http, https, certificates, notes };
}

function placeOf({ host, path }: Rule): string {
  return `${host} ${path.type} ${path.value}`;
}

function certificatesOf(
  world: World,
  ingresses: readonly JsonObject[],
): { certificates: { name: string; cert: string }[]; notes: string[] } {
  const certificates: { name: string; cert: string }[] = [];
  const notes: string[] = [];
  for (const ingress of ingresses) {
    const namespace = textIn(ingress, 'metadata', 'namespace');
    for (const tls of listIn(ingress, 'spec', 'tls')) {
      const secret = textIn(tls, 'secretName');
      const cert = certificateOf(world, namespace, secret);
      if (cert === undefined)
        notes.push(
          `Error getting SSL certificate "${namespace}/${secret}": local SSL certificate ${namespace}/${secret} was not found. Using default certificate`,
        );
      else for (const name of textsIn(tls, 'hosts')) certificates.push({ name, cert });
    }
  }
  return { certificates, notes };
}

/** The rules of one ingress. One that has only a default backend answers for everything. */
function rulesOf(world: World, ingress: JsonObject): readonly Rule[] {
  const settings = settingsOf(ingress);
  const redirect = redirectOf(ingress);
  const base: Rule = { ...ANY_RULE, ...settings, ...(redirect === undefined ? {} : { redirect }) };
  const given = listIn(ingress, 'spec', 'rules');
  const fallback = objectIn(ingress, 'spec', 'defaultBackend');
  const rules: Rule[] = [];
  for (const rule of given) {
    const host = textIn(rule, 'host').toLowerCase();
    for (const path of listIn(rule, 'http', 'paths')) {
      const backends = [backendFor(world, ingress, objectIn(path, 'backend'))];
      rules.push({ ...base, host, path: pathOf(ingress, path), backends });
    }
    const root = annotation(ingress, 'app-root');
    if (root !== undefined)
      rules.push({ ...base, host, path: { type: 'exact', value: '/' }, redirect: { status: 302, path: root } });
  }
  if (Object.keys(fallback).length === 0) return rules;
  const hosts = given.length === 0 ? [''] : [...new Set(rules.map(({ host }) => host))];
  const { rewrite: _, ...plain } = base;
  const backends = [backendFor(world, ingress, fallback)];
  return [...rules, ...hosts.map((host): Rule => ({ ...plain, host, backends }))];
}

function pathOf(ingress: JsonObject, path: JsonObject): PathMatch {
  const value = textIn(path, 'path') || '/';
  const type = textIn(path, 'pathType');
  if (isOn(ingress, 'use-regex') || annotation(ingress, 'rewrite-target') !== undefined) {
    return { type: 'regex', value: type === 'Exact' ? `${value}$` : value };
  }
  return { type: type === 'Exact' ? 'exact' : type === 'Prefix' ? 'prefix' : 'text', value };
}

function backendFor(world: World, ingress: JsonObject, backend: JsonObject): Backend {
  const namespace = textIn(ingress, 'metadata', 'namespace');
  const name = textIn(backend, 'service', 'name');
  const port = numberIn(backend, 'service', 'port', 'number') ?? textIn(backend, 'service', 'port', 'name');
  const found = backendOf(world, namespace, name, port, 503);
  return /^https$/i.test(annotation(ingress, 'backend-protocol') ?? '') ? { ...found, scheme: 'https' } : found;
}

/** A rule, and before it those by which canaries take their part. */
function withCanaries(world: World, rule: Rule, canaries: readonly JsonObject[]): Rule[] {
  for (const canary of canaries) {
    const twin = rulesOf(world, canary).find((each) => each.host === rule.host && each.path.value === rule.path.value);
    if (twin !== undefined) return canaryRules(rule, canary, twin.backends);
  }
  return [rule];
}

/** Headers speak before cookies, and both before the weight. */
function canaryRules(rule: Rule, canary: JsonObject, backends: readonly Backend[]): Rule[] {
  const rules: Rule[] = [];
  const header = annotation(canary, 'canary-by-header');
  const cookie = annotation(canary, 'canary-by-cookie');
  if (header !== undefined) {
    const match = headerMatch(canary, header);
    rules.push({ ...rule, headers: [match], backends });
    if (match.value === 'always') rules.push({ ...rule, headers: [{ ...match, value: 'never' }] });
  }
  if (cookie !== undefined) {
    rules.push({ ...rule, cookies: [{ name: cookie, value: 'always', type: 'exact' }], backends });
    rules.push({ ...rule, cookies: [{ name: cookie, value: 'never', type: 'exact' }] });
  }
  const total = Number(annotation(canary, 'canary-weight-total') ?? 100) || 100;
  const weight = Math.min(total, Math.max(0, Number(annotation(canary, 'canary-weight') ?? 0) || 0));
  const shares = [
    ...rule.backends.map((backend) => ({ ...backend, weight: total - weight })),
    ...backends.map((backend) => ({ ...backend, weight })),
  ];
  return [...rules, { ...rule, backends: weight === 0 ? rule.backends : shares }];
}

function headerMatch(canary: JsonObject, name: string): ValueMatch {
  const value = annotation(canary, 'canary-by-header-value');
  const pattern = annotation(canary, 'canary-by-header-pattern');
  if (value !== undefined) return { name, value, type: 'exact' };
  return pattern === undefined ? { name, value: 'always', type: 'exact' } : { name, value: pattern, type: 'regex' };
}

/** What answers for hosts and paths that no rule is for. */
function lastResorts(world: World, { defaultBackend }: IngressSettings, rules: readonly Rule[]): readonly Rule[] {
  if (defaultBackend === undefined) return [];
  const [namespace = '', name = ''] = defaultBackend.split('/');
  const service = world.get('services')?.get(defaultBackend);
  const port = numberIn(listIn(service, 'spec', 'ports')[0], 'port');
  const backends = [backendOf(world, namespace, name, port, 503)];
  const hosts = new Set(['', ...rules.map(({ host }) => host)]);
  const isRoot = ({ path }: Rule): boolean => path.type === 'prefix' && path.value === '/';
  return [...hosts]
    .filter((host) => !rules.some((rule) => rule.host === host && isRoot(rule)))
    .map((host): Rule => ({ ...ANY_RULE, host, backends }));
}
