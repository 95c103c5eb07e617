// kubectl cp: files and folders into containers and out of them, by tar.

import { quote } from '../../../sandbox/kube/go/text.ts';
import {
  padding,
  readTar,
  type TarEntry,
  tarEnd,
  tarHeader,
} from '../../../sandbox/machine/programs/data/tarformat.ts';
import { type Blocking, type Bytes, type FileStat, SysError } from '../../../sandbox/machine/sys.ts';
import { Pods } from '../../../sandbox/schema/generated/resources.ts';
import type { Call } from '../call.ts';
import { command } from '../command.ts';
import { ExitError } from '../errors.ts';
import { goErrorText, joined, makeFolders, readFile, statOf, writeFile } from '../files.ts';
import { getTyped } from '../resource/typed.ts';
import { containerOrDefault } from '../streams/containers.ts';
import { runSession, type Sink } from '../streams/session.ts';
import { baseName, cleanPath, directoryOf, joinPath } from '../text/path.ts';

/** `[[NAMESPACE/]POD:]PATH` */
interface Place {
  readonly namespace: string;
  /** Empty for our own machine. */
  readonly pod: string;
  readonly path: string;
}

interface CpOptions {
  readonly namespace: string;
}

export const cp = command<CpOptions>({
  path: 'cp',
  long: 'Copy files and folders into containers and out of them. The container has to have tar.',
  examples: `
# A folder into a pod of the current namespace
kubectl cp /tmp/site web:/srv/site

# A file out of one container of a pod in another namespace
kubectl cp team/web:/var/log/app.log app.log -c app

# What cp doesn't do (links, patterns), with tar itself
kubectl exec -n team web -- tar cf - /srv/site | tar xf - -C /tmp/site`,
  *complete(call) {
    const { namespace } = yield* call.namespace();
    yield* call.restConfig();
    return { namespace };
  },
  validate(_, { args }) {
    if (args.length !== 2) throw new Error('source and destination are required');
  },
  *run(options, call) {
    const [source, target] = [placeOf(call.args[0] ?? ''), placeOf(call.args[1] ?? '')];
    if (source.pod !== '' && target.pod !== '') {
      throw new Error('one of src or dest must be a local file specification');
    }
    if (source.path === '' || target.path === '') throw new Error('filepath can not be empty');
    if (source.pod !== '') yield* copyFrom(call, options, source, target.path);
    else if (target.pod !== '') yield* copyTo(call, options, source.path, target);
    else throw new Error('one of src or dest must be a remote file specification');
  },
});

const WRONG = 'filespec must match the canonical format: [[namespace/]pod:]file/path';

function placeOf(text: string): Place {
  const colon = text.indexOf(':');
  if (colon === 0) throw new Error(WRONG);
  if (colon < 0) return { namespace: '', pod: '', path: text };
  const [first = '', second, ...more] = text.slice(0, colon).split('/');
  if (more.length > 0) throw new Error(WRONG);
  const path = text.slice(colon + 1);
  return second === undefined ? { namespace: '', pod: first, path } : { namespace: first, pod: second, path };
}

interface Streams {
  readonly input?: Bytes;
  readonly stdout?: Sink;
  readonly stderr?: Sink;
  /** Where it is said which container was taken; standard error unless given. */
  readonly tell?: (text: string) => Blocking<void>;
  /** It isn't said. */
  readonly quiet?: boolean;
}

function* runIn(
  call: Call,
  options: CpOptions,
  { namespace: given, pod: name }: Place,
  words: readonly string[],
  { input, stdout, stderr, tell, quiet = false }: Streams,
): Blocking<void> {
  const namespace = given || options.namespace;
  const client = yield* call.client();
  const pod = yield* getTyped(client, Pods, namespace, name);
  const phase = pod.status?.phase ?? '';
  if (phase === 'Succeeded' || phase === 'Failed') {
    throw new Error(`cannot exec into a container in a completed pod; current phase is ${phase}`);
  }
  const container = yield* containerOrDefault(call, pod, call.flags.string('container'), quiet, tell);
  yield* runSession(call.sys, client, {
    namespace,
    pod: name,
    container: container.name,
    command: words,
    stdin: input !== undefined,
    stderr: true,
    tty: false,
    ...(input === undefined ? {} : { input }),
    sinks: {
      stdout: stdout ?? ((bytes) => call.sys.write(1, bytes)),
      stderr: stderr ?? ((bytes) => call.sys.write(2, bytes)),
    },
  });
}

function* dropped(): Blocking<void> {}

function* copyTo(call: Call, options: CpOptions, source: string, target: Place): Blocking<void> {
  if (statOf(call.sys, source) === undefined) throw new Error(`${source} doesn't exist in local filesystem`);
  const isFolder = yield* isRemoteFolder(call, options, target);
  const name = baseName(cleanPath(source));
  const path = remotePath(isFolder ? `${target.path}/${name}` : target.path);
  const parts: Bytes[] = [];
  yield* pack(call, source, baseName(path), parts);
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const archive = joined([...parts, tarEnd(size)]);
  const rights = call.flags.bool('no-preserve') ? ['--no-same-permissions', '--no-same-owner'] : [];
  const folder = directoryOf(path);
  const command = ['tar', ...rights, '-xmf', '-', ...(folder === '' ? [] : ['-C', folder])];
  yield* runIn(call, options, target, command, { input: archive });
}

function remotePath(path: string): string {
  return cleanPath(path.replaceAll('\\', '/'));
}

function* isRemoteFolder(call: Call, options: CpOptions, target: Place): Blocking<boolean> {
  try {
    const streams = { stdout: dropped, stderr: dropped, quiet: true };
    yield* runIn(call, options, target, ['test', '-d', target.path], streams);
    return true;
  } catch {
    return false;
  }
}

/** Folders without anything in them are packed, others by what is in them. */
function* pack(call: Call, path: string, name: string, parts: Bytes[]): Blocking<void> {
  const { sys } = call;
  const stat = sys.lstat(path);
  if (stat.type === 'directory') {
    const names = sys.readdir(path);
    if (names.length === 0) parts.push(tarHeader(entryOf(stat, `${name}/`, 'directory')));
    for (const each of names) yield* pack(call, joinPath(path, each), joinPath(name, each), parts);
  } else if (stat.type === 'symlink') {
    parts.push(tarHeader({ ...entryOf(stat, name, 'symlink'), linkName: sys.readlink(path) }));
  } else {
    const bytes = yield* readFile(sys, path);
    parts.push(tarHeader({ ...entryOf(stat, name, 'file'), size: bytes.length }), bytes, padding(bytes.length));
  }
}

function entryOf(stat: FileStat, name: string, type: TarEntry['type']): TarEntry {
  return {
    name,
    type,
    mode: stat.mode,
    uid: stat.uid,
    gid: stat.gid,
    size: 0,
    modified: Math.trunc(stat.modified / 1000),
    linkName: '',
    userName: '',
    groupName: '',
  };
}

function* copyFrom(call: Call, options: CpOptions, source: Place, target: string): Blocking<void> {
  const chunks: Bytes[] = [];
  const collect = function* (bytes: Bytes): Blocking<void> {
    chunks.push(bytes);
  };
  const command = ['tar', 'cf', '-', source.path];
  const complaints: Bytes[] = [];
  const keep = function* (bytes: Bytes): Blocking<void> {
    complaints.push(bytes);
  };
  try {
    yield* runIn(call, options, source, command, { stdout: collect, stderr: keep, tell: call.out });
  } catch (error) {
    // tar may have packed a part before it failed.
    if (!(error instanceof ExitError) || error.exitStatus > 128) throw error;
  }
  const archive = joined(chunks);
  // kubectl ends when the archive does: where there is none, tar's complaints come too late to be shown.
  if (archive.length === 0) return;
  yield* call.sys.write(1, joined(complaints));
  yield* unpack(call, options, source, target, archive);
}

function* unpack(call: Call, options: CpOptions, source: Place, target: string, archive: Bytes): Blocking<void> {
  const prefix = stripped(cleanPath(source.path.replace(/^\/+/, '')));
  const reader = readTar(archive);
  let warned = false;
  for (let next = reader.next(); next !== undefined && next !== 'broken'; next = reader.next()) {
    const { entry, data } = next;
    if (!entry.name.startsWith(prefix)) throw new Error('tar contents corrupted');
    const path = joinPath(target, entry.name.slice(prefix.length));
    if (!isBelow(target, path)) {
      yield* call.err(`warning: file ${quote(path)} is outside target destination, skipping\n`);
      continue;
    }
    if (entry.type === 'symlink') {
      const link = `warning: skipping symlink: ${quote(path)} -> ${quote(entry.linkName)}`;
      const way = `kubectl exec -n ${quote(source.namespace || options.namespace)} ${quote(source.pod)} -- tar cf - ${quote(source.path)} | tar xf -`;
      yield* call.err(warned ? `${link}\n` : `${link} (consider using "${way}")\n`);
      warned = true;
      continue;
    }
    yield* put(call, path, entry, data);
  }
}

function* put(call: Call, path: string, entry: TarEntry, data: Bytes): Blocking<void> {
  try {
    const folder = entry.type === 'directory' ? path : directoryOf(path);
    if (folder !== '') makeFolders(call.sys, folder, 0o755);
    if (entry.type !== 'directory') yield* writeFile(call.sys, path, data);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    throw new Error(`open ${path}: ${goErrorText(error)}`);
  }
}

/** Without `../` and `./` in front. */
function stripped(path: string): string {
  const plain = path.replace(/^(?:\.\.?\/)+/, '');
  return plain === '.' || plain === '..' ? '' : plain;
}

function isBelow(folder: string, path: string): boolean {
  const [base, inner] = [cleanPath(folder), cleanPath(path)];
  return base === '.'
    ? !inner.startsWith('../') && !inner.startsWith('/')
    : inner === base || inner.startsWith(`${base}/`) || base === '/';
}
