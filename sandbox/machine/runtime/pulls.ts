// Images on a node: which it has, and how it gets others.

import { draws } from '../../time/chance.ts';
import type { TaskData } from '../../time/loop.ts';
import { type DurationMs, durationMs, type TimeMs } from '../../time/units.ts';
import { type Kernel, MACHINE } from '../context.ts';
import type { Image } from '../images/format.ts';
import { parseImageReference } from '../images/reference.ts';
import { type RegistryLogin, resolveImage } from '../images/registry.ts';
import type { Host } from '../state.ts';

interface StoredImage {
  readonly digest: string;
  readonly pulledAt: TimeMs;
  /** When a container was last made of it. */
  usedAt: TimeMs;
  /** `repository:tag` and `repository@digest`, by which it was pulled. */
  readonly names: Set<string>;
}

export interface ImageStore {
  readonly images: Map<string, StoredImage>;
  /** Digests by `repository:tag`: what a tag meant when it was last pulled. */
  readonly tags: Map<string, string>;
}

/** Bytes in a second, and how long a registry takes to say what a name means. */
const BYTES_PER_SECOND = 40_000_000;
const RESOLVE_MS = [350, 900] as const;

export interface PullRequest {
  readonly image: string;
  readonly logins?: readonly RegistryLogin[];
  /** `linux/amd64` unless given. */
  readonly platform?: string;
  /** By what the asker knows this pull again. */
  readonly key: TaskData;
}

/** Told to the host's `events` actor. */
export type ImagePulled = {
  readonly kind: 'image-pulled';
  readonly key: TaskData;
  readonly image: string;
} & (
  | { readonly ok: true; readonly digest: string; readonly size: number; readonly took: DurationMs }
  | { readonly ok: false; readonly message: string }
);

/** A task of the kernel's. */
export interface PullTask {
  readonly kind: 'pull';
  readonly host: string;
  readonly request: PullRequest;
  /** The image that will be there, with the tag that it was asked by; or why there will be none. */
  readonly outcome: { readonly digest: string; readonly tag: string | undefined } | { readonly message: string };
  readonly took: DurationMs;
}

export function newImageStore(): ImageStore {
  return { images: new Map(), tags: new Map() };
}

/** Asks the registry, fetches the layers that the node hasn't got; what came of it is told later. */
export function pullImage(kernel: Kernel, host: Host, request: PullRequest): void {
  const { image, logins = [], platform = 'linux/amd64' } = request;
  const resolved = resolveImage(kernel.state.registry, kernel.images, image, logins, platform);
  const took = durationMs(
    resolveTime(kernel, host, image) + (resolved.ok ? fetchTime(kernel, host, resolved.image) : 0),
  );
  const outcome = resolved.ok
    ? { digest: resolved.image.digest, tag: resolved.reference.tag }
    : { message: resolved.message };
  const what: PullTask = { kind: 'pull', host: host.name, request, outcome, took };
  kernel.loop.wake({ actor: MACHINE, what }, took);
}

function resolveTime(kernel: Kernel, host: Host, image: string): number {
  const [least, most] = RESOLVE_MS;
  const stream = draws(kernel.state.seed, 'pull', host.name, image);
  return least + stream.below(kernel.state.next++, most - least);
}

function fetchTime(kernel: Kernel, host: Host, image: Image): number {
  const present = new Set<string>();
  for (const digest of host.images.images.keys()) {
    for (const layer of kernel.images.get(digest)?.layers ?? []) present.add(layer.digest);
  }
  const bytes = image.layers.reduce((sum, { digest, size }) => sum + (present.has(digest) ? 0 : size), 0);
  return (bytes / BYTES_PER_SECOND) * 1000;
}

export function finishPull(kernel: Kernel, { host: name, request, outcome, took }: PullTask): void {
  const host = kernel.state.hosts.get(name);
  if (host === undefined) return;
  const known = { kind: 'image-pulled', key: request.key, image: request.image } as const;
  const image = 'digest' in outcome ? kernel.images.get(outcome.digest) : undefined;
  if (image === undefined || 'message' in outcome) {
    tell(kernel, host, { ...known, ok: false, message: 'message' in outcome ? outcome.message : 'not found' });
    return;
  }
  storeImage(kernel, host, image, outcome.tag);
  tell(kernel, host, { ...known, ok: true, digest: image.digest, size: image.size, took });
}

function tell(kernel: Kernel, host: Host, what: ImagePulled): void {
  if (host.events !== undefined) kernel.loop.wake({ actor: host.events, what });
}

/** Puts an image on a node, as if it had been pulled (or loaded) there. */
export function storeImage(kernel: Kernel, host: Host, image: Image, tag: string | undefined): void {
  const { images, tags } = host.images;
  const now = kernel.now();
  const stored = images.get(image.digest) ?? {
    digest: image.digest,
    pulledAt: now,
    usedAt: now,
    names: new Set<string>(),
  };
  if (!images.has(image.digest)) {
    images.set(image.digest, stored);
    host.disk.used += image.size;
  }
  stored.names.add(`${image.repository}@${image.digest}`);
  if (tag === undefined) return;
  const name = `${image.repository}:${tag}`;
  const before = images.get(tags.get(name) ?? '');
  if (before !== undefined && before !== stored) before.names.delete(name);
  tags.set(name, image.digest);
  stored.names.add(name);
}

/** The digest of what a name means on this node; undefined when the node hasn't got it. */
export function findImage(host: Host, name: string): string | undefined {
  if (host.images.images.has(name)) return name;
  const reference = parseImageReference(name);
  if (reference === undefined) return undefined;
  const { repository, tag, digest } = reference;
  if (digest !== undefined) return host.images.images.has(digest) ? digest : undefined;
  return host.images.tags.get(`${repository}:${tag ?? 'latest'}`);
}

/** Frees a node's disk; false when a container still uses it. */
export function removeImage(kernel: Kernel, host: Host, digest: string): boolean {
  const { images, tags } = host.images;
  for (const { image, sandbox } of kernel.state.containers.values()) {
    if (image === digest && sandbox.host === host) return false;
  }
  if (!images.delete(digest)) return true;
  for (const [name, target] of tags) if (target === digest) tags.delete(name);
  host.disk.used -= kernel.images.get(digest)?.size ?? 0;
  return true;
}
