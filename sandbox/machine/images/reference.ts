// Names of images, as docker and containerd read them: `nginx` is `docker.io/library/nginx:latest`.

export interface ImageReference {
  /** Registry with path: `docker.io/library/nginx`. */
  readonly repository: string;
  readonly registry: string;
  /** Below the registry: `library/nginx`. */
  readonly path: string;
  /** Undefined where only a digest is given. */
  readonly tag: string | undefined;
  /** `sha256:...` */
  readonly digest: string | undefined;
}

const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const DIGEST = /^[a-z0-9]{2,16}:[0-9a-fA-F]{32,128}$/;
const REGISTRY =
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)(?:\.(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?))*(?::[0-9]{1,5})?$/;
const NAME_MAX = 255;

/** Undefined when it is none. */
export function parseImageReference(text: string): ImageReference | undefined {
  if (text.length > NAME_MAX * 2) return undefined;
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(':');
  const tagged = colon > named.lastIndexOf('/');
  const name = tagged ? named.slice(0, colon) : named;
  const tag = tagged ? named.slice(colon + 1) : undefined;
  if (digest !== undefined && !DIGEST.test(digest)) return undefined;
  if (tag !== undefined && !TAG.test(tag)) return undefined;
  const place = splitRegistry(name);
  if (place === undefined || name.length > NAME_MAX) return undefined;
  const { registry, path } = place;
  if (!path.split('/').every((part) => COMPONENT.test(part))) return undefined;
  const known = tag ?? (digest === undefined ? 'latest' : undefined);
  return { repository: `${registry}/${path}`, registry, path, tag: known, digest };
}

function splitRegistry(name: string): { readonly registry: string; readonly path: string } | undefined {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const isRegistry = first.includes('.') || first.includes(':') || first === 'localhost' || /[A-Z]/.test(first);
  if (!isRegistry) return { registry: 'docker.io', path: slash < 0 ? `library/${name}` : name };
  if (!REGISTRY.test(first)) return undefined;
  const registry = first === 'index.docker.io' ? 'docker.io' : first;
  const rest = name.slice(slash + 1);
  return { registry, path: registry === 'docker.io' && !rest.includes('/') ? `library/${rest}` : rest };
}

/** `docker.io/library/nginx:1.27`, with the digest where there is one. */
export function formatImageReference({ repository, tag, digest }: ImageReference): string {
  return `${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** What to say of a name that is none. */
export function imageReferenceError(value: unknown): string {
  return `${JSON.stringify(value)} is no image's name`;
}
