// Records of sessions as they come from a disk or from a friend: nothing of them is believed before it is looked at.

import { isAddon } from '../../sandbox/addons/manifests.ts';
import { readAuditPolicy } from '../../sandbox/apiserver/audit/policy.ts';
import type { HttpHeaders } from '../../sandbox/apiserver/http/message.ts';
import type { ClusterSpec, NodeSpec } from '../../sandbox/cluster.ts';
import { isArray, isObject, type JsonObject, type JsonValue, own } from '../../sandbox/kube/json.ts';
import type { UserInfo } from '../../sandbox/kube/operation.ts';
import type { TtySize } from '../../sandbox/machine/sys.ts';
import { isNetworkPlugin } from '../../sandbox/network/plugins.ts';
import { type TimeMs, timeMs } from '../../sandbox/time/units.ts';
import type { ClientInput } from '../../sandbox/wire/carrier.ts';
import { CLUSTERS_MAX } from './clusterfile.ts';
import type { Deed, Planned } from './deeds.ts';
import type { InputBody } from './inputs.ts';
import type { Beginning, Entry } from './session.ts';
import { SHELLS_MAX } from './shells.ts';

/** A record isn't one: where, and what is wrong. */
export class RecordError extends Error {}

/** Lines of a command or keys are never longer. */
const TEXT_MAX = 1_000_000;
const NODES_MAX = 501;

export function decodeBeginning(value: unknown): Beginning {
  if (!isObject(value as never)) throw new RecordError('the beginning is missing');
  const object = value as JsonObject;
  const lesson = own(object, 'lesson');
  const spec = own(object, 'spec');
  return {
    version: textIn(object, 'version'),
    seed: wholeIn(object, 'seed'),
    startTime: timeIn(object, 'startTime'),
    ...(lesson === undefined ? {} : { lesson: textIn(object, 'lesson') }),
    ...(spec === undefined ? {} : { spec: specIn(spec) }),
  };
}

/** One of several clusters. */
function atIn(object: JsonObject): { readonly cluster?: string } {
  return own(object, 'cluster') === undefined ? {} : { cluster: textIn(object, 'cluster') };
}

/** A cluster as it was described, and those beside it: as many, and with as many nodes, as a cluster file may have. */
function specIn(value: JsonValue): ClusterSpec {
  const beside = isObject(value) ? own(value, 'beside') : undefined;
  if (beside === undefined) return oneIn(value);
  if (!Array.isArray(beside) || beside.length >= CLUSTERS_MAX) throw new RecordError('clusters are to be a list');
  return { ...oneIn(value), beside: beside.map(oneIn) };
}

function oneIn(value: JsonValue): ClusterSpec {
  if (!isObject(value)) throw new RecordError('a cluster is an object');
  const nodes = own(value, 'nodes');
  if (!Array.isArray(nodes) || nodes.length > NODES_MAX) throw new RecordError('nodes are to be a list');
  const [networkPlugin, addons, audit] = ['networkPlugin', 'addons', 'auditPolicy'].map((key) => own(value, key));
  return {
    nodes: nodes.map(nodeIn),
    ...(own(value, 'name') === undefined ? {} : { name: textIn(value, 'name') }),
    ...(own(value, 'dns') === 'builtin' ? { dns: 'builtin' } : {}),
    ...(own(value, 'cloud') === true ? { cloud: true } : {}),
    ...(own(value, 'csi') === true ? { csi: true } : {}),
    ...(own(value, 'metrics') === true ? { metrics: true } : {}),
    ...(own(value, 'controlPlane') === 'pods' ? { controlPlane: 'pods' } : {}),
    ...(isNetworkPlugin(networkPlugin) ? { networkPlugin } : {}),
    ...(Array.isArray(addons) ? { addons: addons.filter(isAddon) } : {}),
    ...(audit === undefined ? {} : { auditPolicy: readAuditPolicy(audit) }),
  };
}

function nodeIn(node: JsonValue): NodeSpec {
  if (!isObject(node)) throw new RecordError('a node is an object');
  const [labels, taints] = [own(node, 'labels'), own(node, 'taints')];
  if (!isObject(labels) || !Array.isArray(taints)) throw new RecordError('a node has labels and taints');
  return {
    name: textIn(node, 'name'),
    cores: amountIn(node, 'cores'),
    memory: amountIn(node, 'memory'),
    disk: amountIn(node, 'disk'),
    address: textIn(node, 'address'),
    labels: Object.fromEntries(Object.keys(labels).map((key) => [key, textIn(labels, key)])),
    taints: taints.map((taint: JsonValue) => {
      if (!isObject(taint)) throw new RecordError('a taint is an object');
      const value = own(taint, 'value') === undefined ? {} : { value: textIn(taint, 'value') };
      return { key: textIn(taint, 'key'), effect: textIn(taint, 'effect'), ...value };
    }),
  };
}

function amountIn(object: JsonObject, key: string): number {
  const value = own(object, key);
  if (typeof value !== 'number' || !(value > 0)) throw new RecordError(`${key} is to be an amount`);
  return value;
}

export function decodeEntry(value: unknown): Entry {
  if (!isObject(value as never)) throw new RecordError('an entry is an object');
  const object = value as JsonObject;
  const kind = own(object, 'kind');
  if (kind === 'undo') return { kind, to: wholeIn(object, 'to') };
  return { n: wholeIn(object, 'n'), at: timeIn(object, 'at'), ...decodeBody(object, kind) };
}

function decodeBody(object: JsonObject, kind: unknown): InputBody {
  switch (kind) {
    case 'line':
      return { kind, shell: shellIn(object), line: textIn(object, 'line') };
    case 'keys':
      return { kind, shell: shellIn(object), keys: textIn(object, 'keys') };
    case 'resize':
      return { kind, shell: shellIn(object), size: sizeIn(object) };
    case 'shell': {
      const does = own(object, 'does');
      if (does !== 'open' && does !== 'close') throw new RecordError('a shell is opened or closed');
      const size = own(object, 'size') === undefined ? {} : { size: sizeIn(object) };
      return { kind, shell: shellIn(object), does, ...size };
    }
    case 'apply':
      return { kind, manifests: textIn(object, 'manifests'), ...atIn(object) };
    case 'files':
      return { kind, files: filesIn(object), ...removedIn(object) };
    case 'client':
      return { kind, client: clientIn(object) };
    case 'restored':
      return { kind, revision: revisionIn(object) };
    case 'deeds':
      return { kind, deeds: deedsIn(object) };
    case 'end':
      return { kind };
    default:
      throw new RecordError(`no input is called ${JSON.stringify(kind)}`);
  }
}

const DEEDS_MAX = 1000;

function deedsIn(object: JsonObject): readonly Planned[] {
  const deeds = own(object, 'deeds');
  if (!Array.isArray(deeds) || deeds.length > DEEDS_MAX) throw new RecordError('deeds are to be a list');
  return deeds.map((planned: JsonValue) => {
    const deed = isObject(planned) ? own(planned, 'deed') : undefined;
    if (!isObject(planned) || !isObject(deed)) throw new RecordError('a deed is to be an object');
    return { after: wholeIn(planned, 'after'), deed: deedOf(deed), ...atIn(planned) };
  });
}

/** What each deed says, in texts; what it may leave out has a `?`. */
const DEED_TEXTS: Readonly<Record<Deed['does'], readonly string[]>> = {
  run: ['script'],
  failNode: ['node'],
  recoverNode: ['node'],
  cutOff: ['node'],
  join: ['node'],
  stop: ['component'],
  start: ['component'],
  moveTag: ['tag', 'to?'],
  registry: ['host', 'outage'],
  lag: ['client'],
  name: ['name'],
};

function deedOf(deed: JsonObject): Deed {
  const does = own(deed, 'does');
  if (typeof does !== 'string' || !Object.hasOwn(DEED_TEXTS, does)) throw new RecordError('no deed is called so');
  const texts = DEED_TEXTS[does as Deed['does']].flatMap((field) => {
    const name = field.replace('?', '');
    return name !== field && own(deed, name) === undefined ? [] : [[name, textIn(deed, name)] as const];
  });
  const addresses = does === 'name' ? { addresses: textsOf(own(deed, 'addresses')) } : {};
  const length = does === 'lag' ? { ms: wholeIn(deed, 'ms') } : {};
  return { does, ...Object.fromEntries(texts), ...addresses, ...length } as Deed;
}

function textIn(object: JsonObject, key: string): string {
  const value = own(object, key);
  if (typeof value !== 'string' || value.length > TEXT_MAX) throw new RecordError(`${key} is to be a text`);
  return value;
}

function wholeIn(object: JsonObject, key: string): number {
  const value = own(object, key);
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new RecordError(`${key} is to be a whole number`);
  }
  return value;
}

/** Far enough from where whole numbers end that a cluster can go on. */
const REVISION_MAX = 2 ** 50;

function revisionIn(object: JsonObject): number {
  const revision = wholeIn(object, 'revision');
  if (revision > REVISION_MAX) throw new RecordError('no store has that revision');
  return revision;
}

function timeIn(object: JsonObject, key: string): TimeMs {
  return timeMs(wholeIn(object, key));
}

function shellIn(object: JsonObject): number {
  const shell = wholeIn(object, 'shell');
  if (shell < 1 || shell > SHELLS_MAX) throw new RecordError(`shells have the numbers 1 to ${SHELLS_MAX}`);
  return shell;
}

function sizeIn(object: JsonObject): TtySize {
  const size = own(object, 'size');
  if (!isObject(size)) throw new RecordError('size is to be an object');
  const [columns, rows] = [wholeIn(size, 'columns'), wholeIn(size, 'rows')];
  if (columns < 1 || rows < 1 || columns > 10_000 || rows > 10_000) throw new RecordError('no terminal has that size');
  return { columns, rows };
}

function clientIn(object: JsonObject): ClientInput {
  const client = own(object, 'client');
  if (!isObject(client)) throw new RecordError('client is to be an object');
  const kind = own(client, 'kind');
  const id = wholeIn(client, 'id');
  if (kind === 'finish' || kind === 'hangup') return { kind, id };
  if (kind === 'message') return { kind, id, data: textIn(client, 'data') };
  if (kind !== 'request') throw new RecordError('no client does that');
  const offered = own(client, 'webSocket');
  const user = own(client, 'user');
  return {
    kind,
    id,
    method: textIn(client, 'method'),
    target: textIn(client, 'target'),
    headers: headersIn(client),
    body: textIn(client, 'body'),
    source: textIn(client, 'source'),
    ...(user === undefined ? {} : { user: userIn(user) }),
    ...(offered === undefined ? {} : { webSocket: textsOf(offered) }),
  };
}

function headersIn(client: JsonObject): HttpHeaders {
  const headers = own(client, 'headers');
  if (!isObject(headers)) throw new RecordError('headers is to be an object');
  return Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, textsOf(values)]));
}

function userIn(value: JsonValue): UserInfo {
  if (!isObject(value)) throw new RecordError('a user is an object');
  return { name: textIn(value, 'name'), groups: textsOf(own(value, 'groups')) };
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  if (!isArray(value) || !value.every((text) => typeof text === 'string')) {
    throw new RecordError('texts are to be a list');
  }
  return value;
}

/** Paths stay within the home folder. */
function filesIn(object: JsonObject): Readonly<Record<string, string>> {
  const files = own(object, 'files');
  if (!isObject(files)) throw new RecordError('files is to be an object');
  for (const [path, text] of Object.entries(files)) {
    if (typeof text !== 'string' || text.length > TEXT_MAX) throw new RecordError('a file is a text');
    confirmWithin(path);
  }
  return files as Readonly<Record<string, string>>;
}

function removedIn(object: JsonObject): { readonly removed?: readonly string[] } {
  if (own(object, 'removed') === undefined) return {};
  const removed = textsOf(own(object, 'removed'));
  removed.forEach(confirmWithin);
  return { removed };
}

function confirmWithin(path: string): void {
  if (path.startsWith('/') || path.split('/').some((part) => part === '' || part === '..')) {
    throw new RecordError(`${path} is no path in the home folder`);
  }
}
