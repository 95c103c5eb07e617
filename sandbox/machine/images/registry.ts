// Registries as data: which names lead to which images, who may pull them, and what goes wrong. Its answers are in
// containerd's words.

import type { Image } from './format.ts';
import { formatImageReference, type ImageReference, parseImageReference } from './reference.ts';

export interface RegistryState {
  /** Digests by `repository:tag`. */
  readonly tags: Map<string, string>;
  /** Repositories that want a login: passwords by user. Others are public. */
  readonly logins: Map<string, Map<string, string>>;
  /** Registries that can't be used at present, by host. */
  readonly outages: Map<string, Outage>;
}

export type Outage = 'unreachable' | 'unavailable' | 'too-many-requests';

export interface RegistryLogin {
  readonly user: string;
  readonly password: string;
}

export type Resolved =
  | { readonly ok: true; readonly image: Image; readonly reference: ImageReference }
  /** `code` is gRPC's, where containerd gives one. */
  | { readonly ok: false; readonly code: 'NotFound' | 'InvalidArgument' | undefined; readonly message: string };

/** A world in which every image of the catalogue can be pulled under its tags, by whoever may. */
export function newRegistryState(images: Iterable<Image>): RegistryState {
  const state: RegistryState = { tags: new Map(), logins: new Map(), outages: new Map() };
  for (const image of images) publishImage(state, image);
  return state;
}

function publishImage(state: RegistryState, { repository, tags, digest, layers }: Image): void {
  for (const tag of tags) state.tags.set(`${repository}:${tag}`, digest);
  const login = layers.at(-1)?.source.login;
  if (login !== undefined) requireLogin(state, repository, login);
}

/** Moves a tag to another image (or takes it away), as somebody far away may do at any time. */
export function moveTag(state: RegistryState, name: string, digest: string | undefined): void {
  const reference = parseImageReference(name);
  if (reference === undefined) return;
  const key = `${reference.repository}:${reference.tag ?? 'latest'}`;
  if (digest === undefined) state.tags.delete(key);
  else state.tags.set(key, digest);
}

/** From now on a repository wants a login. */
export function requireLogin(state: RegistryState, repository: string, { user, password }: RegistryLogin): void {
  const logins = state.logins.get(repository) ?? new Map<string, string>();
  state.logins.set(repository, logins.set(user, password));
}

/** Asks the registry for an image that a node of this platform can run. */
export function resolveImage(
  state: RegistryState,
  images: ReadonlyMap<string, Image>,
  name: string,
  logins: readonly RegistryLogin[],
  platform: string,
): Resolved {
  const reference = parseImageReference(name);
  if (reference === undefined) return { ok: false, code: 'InvalidArgument', message: 'invalid reference format' };
  const failed = (why: string, code?: 'NotFound'): Resolved => ({
    ok: false,
    code,
    message: `${code === undefined ? '' : `rpc error: code = ${code} desc = `}failed to pull and unpack image "${formatImageReference(reference)}": ${why}`,
  });
  const unreachable = outageOf(state, images, reference);
  if (unreachable !== undefined) return failed(`failed to resolve image: ${unreachable}`);
  const denied = deniedBecause(state, images, reference, logins);
  if (denied !== undefined) return failed(`failed to resolve image: ${denied}`);
  const { repository, tag, digest } = reference;
  const image = images.get(digest ?? state.tags.get(`${repository}:${tag ?? ''}`) ?? '');
  if (image === undefined || image.repository !== repository) {
    return failed(`failed to resolve image: ${formatImageReference(reference)}: not found`, 'NotFound');
  }
  if (!image.platforms.includes(platform)) {
    return failed(`no match for platform in manifest ${image.digest}: not found`, 'NotFound');
  }
  return { ok: true, image, reference };
}

function outageOf(
  state: RegistryState,
  images: ReadonlyMap<string, Image>,
  { registry, path, tag, digest }: ImageReference,
): string | undefined {
  const url = `https://${registry === 'docker.io' ? 'registry-1.docker.io' : registry}/v2/${path}/manifests/${digest ?? tag ?? ''}`;
  const asked = `failed to do request: Head "${url}": dial tcp`;
  switch (state.outages.get(registry)) {
    case 'unreachable':
      return `${asked}: lookup ${registry} on 172.18.0.1:53: read udp 172.18.0.2:42170->172.18.0.1:53: i/o timeout`;
    case 'unavailable':
      return `unexpected status from HEAD request to ${url}: 503 Service Unavailable`;
    case 'too-many-requests':
      return `unexpected status from HEAD request to ${url}: 429 Too Many Requests`;
    default:
  }
  const exists =
    registry === 'docker.io' || [...images.values()].some(({ repository }) => repository.startsWith(`${registry}/`));
  return exists ? undefined : `${asked}: lookup ${registry} on 172.18.0.1:53: no such host`;
}

function deniedBecause(
  state: RegistryState,
  images: ReadonlyMap<string, Image>,
  { repository }: ImageReference,
  logins: readonly RegistryLogin[],
): string | undefined {
  const wanted = state.logins.get(repository);
  const text = 'pull access denied, repository does not exist or may require authorization';
  if (wanted === undefined) {
    const exists = [...images.values()].some((image) => image.repository === repository);
    return exists ? undefined : `${text}: server message: insufficient_scope: authorization failed`;
  }
  if (logins.length === 0) return `${text}: authorization failed: no basic auth credentials`;
  const allowed = logins.some(({ user, password }) => wanted.get(user) === password);
  return allowed ? undefined : `${text}: server message: insufficient_scope: authorization failed`;
}
