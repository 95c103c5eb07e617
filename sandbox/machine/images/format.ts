// Images as data: what a catalogue or a lesson writes down, and what the runtime makes of it. An image's programs are
// binaries that name a registered program; everything else is text, folders and links.

import { isObject, type JsonObject, type JsonValue, own } from '../../kube/json.ts';
import { draws } from '../../time/chance.ts';
import { imageReferenceError, parseImageReference } from './reference.ts';

/** An image as it is written down (YAML or JSON). */
export type ImageSource = {
  /** `busybox`, `learn/hello`, `quay.io/app/web`. */
  readonly name: string;
  readonly tags: readonly string[];
  /** `name:tag` of the image whose files and config this one begins with. */
  readonly base?: string;
  /** Bytes of what this image adds to its base. */
  readonly size?: number;
  /** Files by absolute path. */
  readonly files?: Readonly<Record<string, FileSource>>;
  /** Binaries by absolute path: the name of the program that runs. */
  readonly programs?: Readonly<Record<string, string>>;
  /** Binaries by folder: each name is both the file's and the program's. */
  readonly applets?: Readonly<Record<string, readonly string[]>>;
  /** Whose tools the applets are: with `gnu`, `cat` runs the program `gnu/cat`. Busybox's unless given. */
  readonly flavour?: 'gnu';
  readonly config?: ConfigSource;
  /** `linux/amd64` unless given; a node of another architecture can't run it. */
  readonly platforms?: readonly string[];
  /** How its programs behave, for them to read in `KNOBS_FILE`. */
  readonly knobs?: JsonObject;
  /** Who may pull it; anybody unless given. */
  readonly login?: { readonly user: string; readonly password: string };
};

/** A text; or with owner and mode; or a link, or a folder. */
export type FileSource =
  | string
  | {
      readonly text?: string;
      readonly link?: string;
      readonly folder?: boolean;
      /** Permission bits in octal: `"0755"`. */
      readonly mode?: string;
      readonly uid?: number;
      readonly gid?: number;
    };

type ConfigSource = {
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** `uid`, `name`, `uid:gid`. */
  readonly user?: string;
  readonly workdir?: string;
  readonly ports?: readonly number[];
  readonly stopSignal?: string;
  readonly labels?: Readonly<Record<string, string>>;
};

export interface ImageConfig {
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly user: string;
  readonly workdir: string;
  readonly ports: readonly number[];
  readonly stopSignal: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface ImageLayer {
  readonly digest: string;
  readonly size: number;
  readonly source: ImageSource;
}

/** An image as nodes store it. */
export interface Image {
  /** `sha256:...`; the same for the same content. */
  readonly digest: string;
  readonly repository: string;
  readonly tags: readonly string[];
  /** Bytes, all layers together. */
  readonly size: number;
  /** From the base upward. */
  readonly layers: readonly ImageLayer[];
  readonly config: ImageConfig;
  readonly platforms: readonly string[];
}

/** Where an image's knobs lie inside it, as JSON. */
export const KNOBS_FILE = '/etc/k8s-learn/knobs.json';

const DEFAULT_SIZE = 5_000_000;
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const SCRATCH: ImageConfig = {
  entrypoint: [],
  cmd: [],
  env: new Map([['PATH', DEFAULT_PATH]]),
  user: '',
  workdir: '/',
  ports: [],
  stopSignal: 'SIGTERM',
  labels: {},
};

/** Something is wrong with an image that somebody has written; the message says where. */
export class ImageFormatError extends Error {}

/**
 * Builds images out of their sources, bases first. ImageFormatError when a base isn't there or goes in a circle.
 * `known` are images that sources may be based on without being among them.
 */
export function buildImages(sources: readonly ImageSource[], known: readonly Image[] = []): readonly Image[] {
  const built = new Map<ImageSource, Image>();
  const build = (source: ImageSource, above: readonly ImageSource[]): Image => {
    const done = built.get(source);
    if (done !== undefined) return done;
    if (above.includes(source)) throw new ImageFormatError(`image ${source.name}: it is based on itself`);
    const image = buildImage(source, baseOf(source, [...above, source]));
    built.set(source, image);
    return image;
  };
  const baseOf = (source: ImageSource, above: readonly ImageSource[]): Image | undefined => {
    if (source.base === undefined) return undefined;
    const wanted = parseImageReference(source.base);
    const has = (repository: string | undefined, tags: readonly string[]): boolean =>
      wanted !== undefined && repository === wanted.repository && tags.includes(wanted.tag ?? '');
    const found = sources.find(({ name, tags }) => has(parseImageReference(name)?.repository, tags));
    const base =
      found === undefined ? known.find(({ repository, tags }) => has(repository, tags)) : build(found, above);
    if (base === undefined) throw new ImageFormatError(`image ${source.name}: there is no base ${source.base}`);
    return base;
  };
  return sources.map((source) => build(source, []));
}

function buildImage(source: ImageSource, base: Image | undefined): Image {
  const reference = parseImageReference(source.name);
  if (reference === undefined)
    throw new ImageFormatError(`image ${JSON.stringify(source.name)}: that is no image's name`);
  const { tags: _, name: __, ...content } = source;
  const digest = contentDigest('layer', JSON.stringify(content));
  const layer: ImageLayer = { digest, size: source.size ?? DEFAULT_SIZE, source };
  const layers = [...(base?.layers ?? []), layer];
  return {
    digest: contentDigest('image', [reference.repository, ...layers.map((one) => one.digest)].join('\n')),
    repository: reference.repository,
    tags: source.tags,
    size: layers.reduce((sum, { size }) => sum + size, 0),
    layers,
    config: mergeConfig(base?.config ?? SCRATCH, source.config ?? {}),
    platforms: source.platforms ?? base?.platforms ?? ['linux/amd64'],
  };
}

/** An entrypoint of its own makes an image forget its base's command, as a Dockerfile does. */
function mergeConfig(base: ImageConfig, config: ConfigSource): ImageConfig {
  return {
    entrypoint: config.entrypoint ?? base.entrypoint,
    cmd: config.cmd ?? (config.entrypoint === undefined ? base.cmd : []),
    env: new Map([...base.env, ...Object.entries(config.env ?? {})]),
    user: config.user ?? base.user,
    workdir: config.workdir ?? base.workdir,
    ports: config.ports ?? base.ports,
    stopSignal: config.stopSignal ?? base.stopSignal,
    labels: { ...base.labels, ...config.labels },
  };
}

/** 256 bits that are the same for the same text; not fit to prove anything. */
function contentDigest(kind: string, text: string): string {
  const stream = draws(0, 'image', kind, text);
  let hex = '';
  for (let i = 0; i < 8; i++) hex += stream.bits(i).toString(16).padStart(8, '0');
  return `sha256:${hex}`;
}

/** Reads an image that somebody has written. ImageFormatError with the place of what is wrong. */
export function decodeImageSource(value: JsonValue | undefined, where: string): ImageSource {
  if (!isObject(value)) throw new ImageFormatError(`${where}: an image is a map`);
  const name = own(value, 'name');
  const tags = own(value, 'tags');
  if (typeof name !== 'string') throw new ImageFormatError(`${where}.name: ${imageReferenceError(name)}`);
  if (!Array.isArray(tags) || tags.length === 0 || !tags.every((tag) => typeof tag === 'string')) {
    throw new ImageFormatError(`${where}.tags: a list of at least one text is needed`);
  }
  for (const key of Object.keys(value)) {
    const check = Object.hasOwn(FIELDS, key) ? FIELDS[key] : undefined;
    if (check === undefined) throw new ImageFormatError(`${where}.${key}: there is no such field`);
    const wrong = check(own(value, key));
    if (wrong !== undefined) throw new ImageFormatError(`${where}.${key}: ${wrong}`);
  }
  return value as ImageSource;
}

type Check = (value: JsonValue | undefined) => string | undefined;

const text: Check = (value) => (typeof value === 'string' ? undefined : 'a text is needed');
const texts: Check = (value) =>
  Array.isArray(value) && value.every((item) => typeof item === 'string') ? undefined : 'a list of texts is needed';
const mapOf =
  (check: Check): Check =>
  (value) => {
    if (!isObject(value)) return 'a map is needed';
    for (const key of Object.keys(value)) {
      const wrong = check(own(value, key));
      if (wrong !== undefined) return `${key}: ${wrong}`;
    }
    return undefined;
  };
const paths =
  (check: Check): Check =>
  (value) =>
    isObject(value) && Object.keys(value).some((path) => !path.startsWith('/'))
      ? 'paths must be absolute'
      : mapOf(check)(value);
const file: Check = (value) => {
  if (typeof value === 'string') return undefined;
  if (!isObject(value)) return 'a text or a map is needed';
  const mode = own(value, 'mode');
  return mode === undefined || (typeof mode === 'string' && /^0?[0-7]{3,4}$/.test(mode))
    ? undefined
    : 'mode: an octal number in quotes is needed, such as "0755"';
};

const FIELDS: Readonly<Record<string, Check>> = {
  name: (value) =>
    parseImageReference(typeof value === 'string' ? value : '') ? undefined : imageReferenceError(value),
  tags: texts,
  base: text,
  size: (value) => (typeof value === 'number' && value >= 0 ? undefined : 'a number of bytes is needed'),
  files: paths(file),
  programs: paths(text),
  applets: paths(texts),
  flavour: (value) => (value === 'gnu' ? undefined : 'only gnu is known'),
  config: (value) => (isObject(value) ? undefined : 'a map is needed'),
  platforms: texts,
  knobs: (value) => (isObject(value) ? undefined : 'a map is needed'),
  login: (value) =>
    isObject(value) && ['user', 'password'].every((key) => typeof own(value, key) === 'string')
      ? undefined
      : 'user and password are needed',
};
