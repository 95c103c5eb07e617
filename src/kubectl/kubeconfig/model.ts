// Kubeconfig files as data, in the shape that they have on disk. What kubectl doesn't know is left out.

import { isArray, isObject, type JsonObject, type JsonValue, own } from '../../../sandbox/kube/json.ts';

export type Cluster = {
  readonly server?: string;
  readonly 'tls-server-name'?: string;
  readonly 'insecure-skip-tls-verify'?: boolean;
  readonly 'certificate-authority'?: string;
  /** Base64 of PEM, as all `-data` fields. */
  readonly 'certificate-authority-data'?: string;
  readonly 'proxy-url'?: string;
  readonly 'disable-compression'?: boolean;
  readonly extensions?: readonly JsonObject[];
};

export type ExecConfig = {
  readonly command?: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly apiVersion?: string;
  readonly installHint?: string;
  readonly provideClusterInfo?: boolean;
  readonly interactiveMode?: string;
};

export type User = {
  readonly 'client-certificate'?: string;
  readonly 'client-certificate-data'?: string;
  readonly 'client-key'?: string;
  readonly 'client-key-data'?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly as?: string;
  readonly 'as-uid'?: string;
  readonly 'as-groups'?: readonly string[];
  readonly 'as-user-extra'?: { readonly [key: string]: readonly string[] };
  readonly username?: string;
  readonly password?: string;
  readonly 'auth-provider'?: JsonObject;
  readonly exec?: ExecConfig;
  readonly extensions?: readonly JsonObject[];
};

export type Context = {
  readonly cluster?: string;
  readonly user?: string;
  readonly namespace?: string;
  readonly extensions?: readonly JsonObject[];
};

/** An entry with the path of the file that it came from; empty for one that is in no file yet. */
export interface Entry<T> {
  readonly value: T;
  readonly origin: string;
}

export interface Kubeconfig {
  readonly clusters: ReadonlyMap<string, Entry<Cluster>>;
  readonly contexts: ReadonlyMap<string, Entry<Context>>;
  readonly users: ReadonlyMap<string, Entry<User>>;
  readonly currentContext: string;
  readonly colors: boolean;
  readonly extensions: readonly JsonObject[];
}

export const emptyKubeconfig: Kubeconfig = {
  clusters: new Map(),
  contexts: new Map(),
  users: new Map(),
  currentContext: '',
  colors: false,
  extensions: [],
};

type FieldKind = 'string' | 'boolean' | 'strings' | 'any';

const EXTENSIONS = { extensions: 'any' } as const;

export const clusterFields: Readonly<Record<string, FieldKind>> = {
  server: 'string',
  'tls-server-name': 'string',
  'insecure-skip-tls-verify': 'boolean',
  'certificate-authority': 'string',
  'certificate-authority-data': 'string',
  'proxy-url': 'string',
  'disable-compression': 'boolean',
  ...EXTENSIONS,
};

export const userFields: Readonly<Record<string, FieldKind>> = {
  'client-certificate': 'string',
  'client-certificate-data': 'string',
  'client-key': 'string',
  'client-key-data': 'string',
  token: 'string',
  tokenFile: 'string',
  as: 'string',
  'as-uid': 'string',
  'as-groups': 'strings',
  'as-user-extra': 'any',
  username: 'string',
  password: 'string',
  'auth-provider': 'any',
  exec: 'any',
  ...EXTENSIONS,
};

export const contextFields: Readonly<Record<string, FieldKind>> = {
  cluster: 'string',
  user: 'string',
  namespace: 'string',
  ...EXTENSIONS,
};

/** Reads one file's content. Throws with Go's words when a field holds what it can't. */
export function decodeKubeconfig(content: JsonValue, origin: string): Kubeconfig {
  if (content === null) return emptyKubeconfig;
  if (!isObject(content))
    throw new Error(`json: cannot unmarshal ${jsonType(content)} into Go value of type v1.Config`);
  return {
    clusters: entries<Cluster>(content, 'clusters', 'cluster', clusterFields, origin),
    contexts: entries<Context>(content, 'contexts', 'context', contextFields, origin),
    users: entries<User>(content, 'users', 'user', userFields, origin),
    currentContext: text(own(content, 'current-context')),
    colors: isObject(content['preferences']) && content['preferences']['colors'] === true,
    extensions: objects(own(content, 'extensions')),
  };
}

/** The wire form: what a file holds. Entries are sorted by name. */
export function encodeKubeconfig(config: Kubeconfig): JsonObject {
  return {
    apiVersion: 'v1',
    clusters: named(config.clusters, 'cluster', { server: '' }),
    contexts: named(config.contexts, 'context', { cluster: '', user: '' }),
    'current-context': config.currentContext,
    ...(config.extensions.length === 0 ? {} : { extensions: config.extensions }),
    kind: 'Config',
    ...(config.colors ? { preferences: { colors: true } } : {}),
    users: named(config.users, 'user', {}),
  };
}

function named(
  entries: ReadonlyMap<string, Entry<JsonObject>>,
  key: string,
  always: JsonObject,
): readonly JsonObject[] | null {
  const names = [...entries.keys()].sort();
  if (names.length === 0) return null;
  return names.map((name) => ({
    name,
    [key]: { ...always, ...withoutEmpty(encodeExec(entries.get(name)?.value ?? {})) },
  }));
}

/** Of an exec plugin, some fields are written even when they are empty. */
function encodeExec(value: JsonObject): JsonObject {
  const { exec } = value;
  if (!isObject(exec)) return value;
  const { command = '', args = null, env = null, provideClusterInfo = false, ...others } = exec;
  return { ...value, exec: { ...withoutEmpty(others), command, args, env, provideClusterInfo } };
}

/** Fields that Go would leave out when it writes them. */
function withoutEmpty(value: JsonObject): JsonObject {
  const kept = Object.entries(value).filter(([, field]) => field !== undefined && !isEmpty(field));
  return Object.fromEntries(kept);
}

function isEmpty(value: JsonValue): boolean {
  if (value === '' || value === false || value === null) return true;
  return isArray(value) && value.length === 0;
}

function entries<T extends JsonObject>(
  content: JsonObject,
  list: string,
  key: string,
  fields: Readonly<Record<string, FieldKind>>,
  origin: string,
): ReadonlyMap<string, Entry<T>> {
  const map = new Map<string, Entry<T>>();
  for (const item of objects(own(content, list))) {
    const value = item[key];
    const known = knownFields(isObject(value) ? value : {}, fields, `Config.${list}.${key}`);
    // Decoded here: every field that the type has is checked by its table.
    map.set(text(item['name']), { value: known as T, origin });
  }
  return map;
}

function knownFields(value: JsonObject, fields: Readonly<Record<string, FieldKind>>, path: string): JsonObject {
  const known = Object.entries(value).filter(([name, field]) => Object.hasOwn(fields, name) && field !== null);
  for (const [name, field] of known) check(field, fields[name] ?? 'any', `${path}.${name}`);
  return Object.fromEntries(known);
}

function check(value: JsonValue | undefined, kind: FieldKind, path: string): void {
  if (kind === 'any' || value === undefined) return;
  const fits = kind === 'strings' ? isArray(value) : typeof value === kind;
  const goType = { string: 'string', boolean: 'bool', strings: '[]string' }[kind];
  if (!fits)
    throw new Error(`json: cannot unmarshal ${jsonType(value)} into Go struct field ${path} of type ${goType}`);
}

function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return isArray(value) ? value.filter(isObject) : [];
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function jsonType(value: JsonValue): string {
  if (isArray(value)) return 'array';
  if (isObject(value)) return 'object';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'number';
}
