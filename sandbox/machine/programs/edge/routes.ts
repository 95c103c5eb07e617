// What a reverse proxy at the edge of a cluster goes by: rules in the order in which they are tried. Ingress and Gateway API
// are both compiled to it. Plain data, kept in a file that the proxy's processes read.

import { compileRegex } from '../../regex/regex.ts';

export interface PathMatch {
  /** `prefix` goes by whole elements (`/a` isn't the beginning of `/ab`), `text` by letters. */
  readonly type: 'exact' | 'prefix' | 'text' | 'regex';
  readonly value: string;
}

export interface ValueMatch {
  readonly name: string;
  readonly value: string;
  readonly type: 'exact' | 'regex';
}

export interface HeaderEdit {
  readonly set: readonly (readonly [string, string])[];
  readonly add: readonly (readonly [string, string])[];
  readonly remove: readonly string[];
}

export interface Redirect {
  readonly status: number;
  readonly scheme?: string;
  readonly host?: string;
  readonly port?: number;
  /** A whole path; or what takes the place of the matched prefix. */
  readonly path?: string;
  readonly prefix?: string;
  /** A whole address, instead of all others. */
  readonly location?: string;
}

export interface Rewrite {
  readonly host?: string;
  readonly path?: string;
  readonly prefix?: string;
  /** `/$2`, filled from the groups of a path that is a regular expression. */
  readonly template?: string;
}

/** Where a share of the requests goes. */
export interface Backend {
  /** For logs: `default-web-80`. */
  readonly name: string;
  readonly weight: number;
  /** `10.244.1.2:8080` */
  readonly endpoints: readonly string[];
  /** What is answered when there is no endpoint. */
  readonly otherwise: 500 | 503;
  readonly scheme?: 'https';
}

export interface Rule {
  /** Empty: any; `*.example.com`: whatever stands before it. */
  readonly host: string;
  readonly path: PathMatch;
  readonly method?: string;
  readonly headers: readonly ValueMatch[];
  readonly cookies: readonly ValueMatch[];
  readonly query: readonly ValueMatch[];
  readonly requestHeaders: HeaderEdit;
  readonly responseHeaders: HeaderEdit;
  readonly redirect?: Redirect;
  readonly rewrite?: Rewrite;
  readonly mirrors: readonly Backend[];
  /** Networks whose clients are let in; all when there is none. */
  readonly allowed: readonly string[];
  readonly timeoutMs: number;
  readonly bodyMax: number;
  /** The cookie that keeps a client at its endpoint. */
  readonly sticky?: string;
  readonly backends: readonly Backend[];
}

/** All that one port answers by; its certificates where it speaks TLS. */
export interface PortPlan {
  readonly port: number;
  readonly tls?: {
    readonly cert: string;
    readonly named: readonly { readonly name: string; readonly cert: string }[];
  };
  /** As `inOrder` leaves them. */
  readonly rules: readonly Rule[];
  readonly wildcards: 'label' | 'suffix';
  /** Who signs error pages: `nginx`; undefined: plain texts. */
  readonly server?: string;
}

const NO_EDIT: HeaderEdit = { set: [], add: [], remove: [] };

/** A rule for everything, to be made narrower. */
export const ANY_RULE: Rule = {
  host: '',
  path: { type: 'prefix', value: '/' },
  headers: [],
  cookies: [],
  query: [],
  requestHeaders: NO_EDIT,
  responseHeaders: NO_EDIT,
  mirrors: [],
  allowed: [],
  timeoutMs: 60_000,
  bodyMax: 1_048_576,
  backends: [],
};

const PATH_RANK: Readonly<Record<PathMatch['type'], number>> = { exact: 0, regex: 1, prefix: 2, text: 2 };

/**
 * The order in which rules are tried: hosts by how much they say, then paths (exact, expressions, the longest prefix), then
 * methods, headers with cookies, and queries by number. What is equal keeps its order.
 */
export function inOrder(rules: readonly Rule[]): readonly Rule[] {
  const key = (rule: Rule): readonly number[] => [
    rule.host === '' ? 2 : rule.host.startsWith('*.') ? 1 : 0,
    -rule.host.length,
    PATH_RANK[rule.path.type],
    -rule.path.value.length,
    rule.method === undefined ? 1 : 0,
    -(rule.headers.length + rule.cookies.length),
    -rule.query.length,
  ];
  const keyed = rules.map((rule, index) => ({ rule, key: [...key(rule), index] }));
  keyed.sort((one, other) => {
    const at = one.key.findIndex((number, index) => number !== other.key[index]);
    return (one.key[at] ?? 0) - (other.key[at] ?? 0);
  });
  return keyed.map(({ rule }) => rule);
}

/** What of a request rules look at. */
export interface Asked {
  readonly method: string;
  /** Without its port, in lower case. */
  readonly host: string;
  readonly path: string;
  readonly header: (name: string) => string | undefined;
  readonly cookie: (name: string) => string | undefined;
  readonly query: (name: string) => string | undefined;
}

/** The rule that a request goes by. Once a host is named by any rule, only rules of that name speak for it. */
export function ruleFor({ rules, wildcards }: PortPlan, asked: Asked): Rule | undefined {
  const named = rules.find(({ host }) => matchesHost(host, asked.host, wildcards));
  return named && rules.find((rule) => rule.host === named.host && matches(rule, asked));
}

/** With `label` the star of `*.example.com` stands for one label, with `suffix` for any number of them. */
export function matchesHost(pattern: string, host: string, wildcards: PortPlan['wildcards']): boolean {
  if (pattern === '' || pattern === host) return true;
  if (!pattern.startsWith('*.') || !host.endsWith(pattern.slice(1))) return false;
  const rest = host.slice(0, host.length - pattern.length + 1);
  return rest !== '' && (wildcards === 'suffix' || !rest.includes('.'));
}

function matches(rule: Rule, asked: Asked): boolean {
  return (
    matchesPath(rule.path, asked.path) &&
    (rule.method === undefined || rule.method === asked.method) &&
    rule.headers.every((match) => matchesValue(match, asked.header(match.name))) &&
    rule.cookies.every((match) => matchesValue(match, asked.cookie(match.name))) &&
    rule.query.every((match) => matchesValue(match, asked.query(match.name)))
  );
}

export function matchesPath({ type, value }: PathMatch, path: string): boolean {
  switch (type) {
    case 'exact':
      return path === value;
    case 'text':
      return path.startsWith(value);
    case 'prefix': {
      const bare = value.replace(/\/$/, '');
      return path === bare || path.startsWith(`${bare}/`);
    }
    case 'regex':
      return groupsOf(value, path) !== undefined;
    default:
      return type satisfies never;
  }
}

/** What a path's expression caught, the whole first; undefined when it doesn't fit. */
export function groupsOf(expression: string, path: string): readonly string[] | undefined {
  const found = compileRegex(`^${expression}`, { dialect: 'perl', ignoreCase: true }).search(path);
  return found === undefined ? undefined : [path, ...found.groups.map((group) => group ?? '')];
}

function matchesValue({ type, value }: ValueMatch, given: string | undefined): boolean {
  if (given === undefined) return false;
  return type === 'exact'
    ? given === value
    : compileRegex(`^(?:${value})$`, { dialect: 'perl' }).search(given) !== undefined;
}
