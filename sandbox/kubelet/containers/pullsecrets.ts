// Pull secrets: what they say about an image's registry, and whose secret has brought an image to the node. Such an image is
// there for pods that bring the same login only; for others it has to be pulled as if it weren't there.

import type { Client } from '../../client/client.ts';
import { decodeBase64 } from '../../kube/go/base64.ts';
import { isObject, type JsonValue, own } from '../../kube/json.ts';
import { textOf } from '../../machine/bytes.ts';
import { parseImageReference } from '../../machine/images/reference.ts';
import type { RegistryLogin } from '../../machine/images/registry.ts';
import { Secrets } from '../../schema/generated/resources.ts';
import type { V1Secret } from '../../schema/generated/types.ts';
import type { Work } from '../../time/loop.ts';
import type { Kubelet } from '../kubeletcontext.ts';
import type { PodRecord } from '../state.ts';

/** Notes who an image on the node is for: what was once pulled without a login is for everybody. */
export function notePulledBy({ runtime, state }: Kubelet, image: string, logins: readonly RegistryLogin[]): void {
  const { pulledBy } = state();
  const digest = runtime.image(image)?.digest ?? '';
  const known = pulledBy.get(digest) ?? [];
  const open = logins.length === 0 || (pulledBy.has(digest) && known.length === 0);
  pulledBy.set(digest, open ? [] : [...known, ...logins.filter((login) => !isAmong(known, login))]);
}

/** An image that was brought by a login that this pod hasn't got. */
export function* isBarred(kubelet: Kubelet, record: PodRecord, image: string, client: Client): Work<boolean> {
  const { runtime, state } = kubelet;
  const allowed = state().pulledBy.get(runtime.image(image)?.digest ?? '') ?? [];
  if (allowed.length === 0) return false;
  const { logins } = yield* loginsFor(record, image, client);
  return !logins.some((login) => isAmong(allowed, login));
}

function isAmong(logins: readonly RegistryLogin[], { user, password }: RegistryLogin): boolean {
  return logins.some((login) => login.user === user && login.password === password);
}

/** What the pod's pull secrets say about the image's registry, and which of them aren't there. */
export function* loginsFor(
  { pod }: PodRecord,
  image: string,
  client: Client,
): Work<{ readonly logins: readonly RegistryLogin[]; readonly missing: readonly string[] }> {
  const namespace = pod.metadata?.namespace ?? '';
  const registry = parseImageReference(image)?.registry ?? '';
  const logins: RegistryLogin[] = [];
  const missing: string[] = [];
  for (const { name = '' } of pod.spec?.imagePullSecrets ?? []) {
    const secret = yield* client.find(Secrets, { name, namespace });
    if (secret === undefined) missing.push(name);
    else logins.push(...loginsOf(secret, registry));
  }
  return { logins, missing };
}

/** Secrets of other types say nothing, whatever is in them. */
function loginsOf({ type, data }: V1Secret, registry: string): readonly RegistryLogin[] {
  const file = (key: string): JsonValue => parsed(textOf(decodeBase64(own(data, key) ?? '')));
  switch (type) {
    case 'kubernetes.io/dockerconfigjson':
      return loginsIn(valueAt(file('.dockerconfigjson'), 'auths'), registry);
    case 'kubernetes.io/dockercfg':
      return loginsIn(file('.dockercfg'), registry);
    default:
      return [];
  }
}

function loginsIn(auths: JsonValue | undefined, registry: string): readonly RegistryLogin[] {
  if (!isObject(auths)) return [];
  const logins: RegistryLogin[] = [];
  for (const [place, entry] of Object.entries(auths)) {
    const host = place.replace(/^https?:\/\//, '').split('/')[0] ?? '';
    if (host !== registry && !(registry === 'docker.io' && host === 'index.docker.io')) continue;
    const login = loginOf(entry);
    if (login !== undefined) logins.push(login);
  }
  return logins;
}

function loginOf(entry: JsonValue | undefined): RegistryLogin | undefined {
  const user = valueAt(entry, 'username');
  const password = valueAt(entry, 'password');
  if (typeof user === 'string' && typeof password === 'string') return { user, password };
  const auth = valueAt(entry, 'auth');
  if (typeof auth !== 'string') return undefined;
  const both = textOf(decodeBase64(auth));
  const colon = both.indexOf(':');
  return colon < 0 ? undefined : { user: both.slice(0, colon), password: both.slice(colon + 1) };
}

function valueAt(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isObject(value) ? own(value, key) : undefined;
}

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return null;
  }
}
