// From an HTTPRoute to rules: matches, filters, backends with their weights, and what of it can't be resolved. Pure.

import type { JsonObject } from '../../../kube/json.ts';
import type { Finding } from '../edge/conditions.ts';
import type { World } from '../edge/controller.ts';
import {
  ANY_RULE,
  type Backend,
  type HeaderEdit,
  type PathMatch,
  type Redirect,
  type Rewrite,
  type Rule,
  type ValueMatch,
} from '../edge/routes.ts';
import { backendOf, listIn, numberIn, objectIn, textIn, textsIn } from '../edge/world.ts';
import { isGranted } from './grants.ts';

export interface CompiledRoute {
  /** For any host. */
  readonly rules: readonly Rule[];
  readonly resolved: Finding;
  /** A filter that can't be acted on, with its reason. */
  readonly unsupported: string | undefined;
}

const RESOLVED: Finding = {
  type: 'ResolvedRefs',
  status: 'True',
  reason: 'ResolvedRefs',
  message: 'All references are resolved',
};

export function compileRoute(world: World, route: JsonObject): CompiledRoute {
  const problems: Finding[] = [];
  const unsupported: string[] = [];
  const rules = listIn(route, 'spec', 'rules').flatMap((rule) => {
    const backends = listIn(rule, 'backendRefs').map((ref) => resolve(world, route, ref, problems));
    const base: Rule = {
      ...ANY_RULE,
      bodyMax: 0,
      timeoutMs: timeoutOf(rule),
      backends,
      ...filtersOf(world, route, listIn(rule, 'filters'), problems, unsupported),
    };
    const matches = listIn(rule, 'matches');
    return (matches.length === 0 ? [{}] : matches).map((match) => ({ ...base, ...matchOf(match) }));
  });
  return { rules, resolved: problems[0] ?? RESOLVED, unsupported: unsupported[0] };
}

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
const NO_TIMEOUT = 3_600_000;

/** `1m30s`, in milliseconds. */
function timeoutOf(rule: JsonObject): number {
  const text = textIn(rule, 'timeouts', 'request') || textIn(rule, 'timeouts', 'backendRequest');
  const parts = [...text.matchAll(/(\d{1,5})(ms|[hms])/g)];
  const given = parts.reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS[unit ?? ''] ?? 0), 0);
  return given === 0 ? NO_TIMEOUT : given;
}

const PATH_TYPES: Readonly<Record<string, PathMatch['type']>> = {
  Exact: 'exact',
  PathPrefix: 'prefix',
  RegularExpression: 'regex',
};

function matchOf(match: JsonObject): Pick<Rule, 'path' | 'headers' | 'query'> & { method?: string } {
  const type = PATH_TYPES[textIn(match, 'path', 'type') || 'PathPrefix'] ?? 'prefix';
  const value = textIn(match, 'path', 'value') || '/';
  const method = textIn(match, 'method');
  return {
    path: { type, value: type === 'regex' ? `${value}$` : value },
    headers: listIn(match, 'headers').map(valueMatch),
    query: listIn(match, 'queryParams').map(valueMatch),
    ...(method === '' ? {} : { method }),
  };
}

function valueMatch(match: JsonObject): ValueMatch {
  const type = textIn(match, 'type') === 'RegularExpression' ? 'regex' : 'exact';
  return { name: textIn(match, 'name'), value: textIn(match, 'value'), type };
}

/** What can't be found gets no endpoints: its share of the requests is answered with 500. */
function resolve(world: World, route: JsonObject, ref: JsonObject, problems: Finding[]): Backend {
  const own = textIn(route, 'metadata', 'namespace');
  const namespace = textIn(ref, 'namespace') || own;
  const [group, kind, name] = [textIn(ref, 'group'), textIn(ref, 'kind') || 'Service', textIn(ref, 'name')];
  const weight = numberIn(ref, 'weight') ?? 1;
  const fails = (reason: string, message: string): Backend => {
    problems.push({ type: 'ResolvedRefs', status: 'False', reason, message });
    return { name: `${namespace}-${name}`, weight, endpoints: [], otherwise: 500 };
  };
  if (group !== '' || kind !== 'Service') return fails('InvalidKind', `${kind} is no kind of backend; Service is`);
  const from = { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: own };
  if (namespace !== own && !isGranted(world, from, { group: '', kind: 'Service', namespace, name }))
    return fails('RefNotPermitted', `backend ref to Service ${namespace}/${name} not permitted by any ReferenceGrant`);
  const backend = backendOf(world, namespace, name, numberIn(ref, 'port'), 500);
  if (backend.otherwise === 500)
    return fails(
      'BackendNotFound',
      `Service ${namespace}/${name} with port ${numberIn(ref, 'port') ?? '(none given)'} not found`,
    );
  return { ...backend, weight };
}

function filtersOf(
  world: World,
  route: JsonObject,
  filters: readonly JsonObject[],
  problems: Finding[],
  unsupported: string[],
): Partial<Rule> {
  let rule: Partial<Rule> = {};
  for (const filter of filters) {
    switch (textIn(filter, 'type')) {
      case 'RequestHeaderModifier':
        rule = { ...rule, requestHeaders: editOf(objectIn(filter, 'requestHeaderModifier')) };
        break;
      case 'ResponseHeaderModifier':
        rule = { ...rule, responseHeaders: editOf(objectIn(filter, 'responseHeaderModifier')) };
        break;
      case 'RequestRedirect':
        rule = { ...rule, redirect: redirectOf(objectIn(filter, 'requestRedirect')) };
        break;
      case 'URLRewrite':
        rule = { ...rule, rewrite: rewriteOf(objectIn(filter, 'urlRewrite')) };
        break;
      case 'RequestMirror': {
        const mirror = resolve(world, route, objectIn(filter, 'requestMirror', 'backendRef'), problems);
        rule = { ...rule, mirrors: [...(rule.mirrors ?? []), mirror] };
        break;
      }
      default:
        unsupported.push(`filter ${textIn(filter, 'type')} isn't modelled`);
    }
  }
  return rule;
}

function editOf(edit: JsonObject): HeaderEdit {
  const pairs = (key: string) =>
    listIn(edit, key).map((each) => [textIn(each, 'name'), textIn(each, 'value')] as const);
  return { set: pairs('set'), add: pairs('add'), remove: textsIn(edit, 'remove') };
}

function pathOf(object: JsonObject): Pick<Rewrite, 'path' | 'prefix'> {
  const type = textIn(object, 'path', 'type');
  if (type === 'ReplaceFullPath') return { path: textIn(object, 'path', 'replaceFullPath') };
  return type === 'ReplacePrefixMatch' ? { prefix: textIn(object, 'path', 'replacePrefixMatch') } : {};
}

function redirectOf(redirect: JsonObject): Redirect {
  const [scheme, host, port] = [textIn(redirect, 'scheme'), textIn(redirect, 'hostname'), numberIn(redirect, 'port')];
  return {
    status: numberIn(redirect, 'statusCode') ?? 302,
    ...pathOf(redirect),
    ...(scheme === '' ? {} : { scheme }),
    ...(host === '' ? {} : { host }),
    ...(port === undefined ? {} : { port }),
  };
}

function rewriteOf(rewrite: JsonObject): Rewrite {
  const host = textIn(rewrite, 'hostname');
  return { ...pathOf(rewrite), ...(host === '' ? {} : { host }) };
}
