// agnhost's commands that look at something and end: files and volumes, names, connections, the API.

import { durationMs, seconds } from '../../../time/units.ts';
import { errorText } from '../../errors.ts';
import { type Blocking, type Sys, SysError } from '../../sys.ts';
import { decode } from '../../text.ts';
import { hash } from '../data/sums.ts';
import { askApi } from '../kit/apiview.ts';
import { readDuration } from '../kit/duration.ts';
import { glogLine } from '../kit/glog.ts';
import { readAll, readTextFile, tryTextFile, writeFile } from '../kit/input.ts';
import { modeString } from '../kit/modes.ts';
import { readResolverConfig } from '../net/names.ts';
import { portOf, wordsOf } from './flags.ts';

/** How Go prints its own command line. */
export function* entrypointTester(sys: Sys): Blocking<number> {
  yield* sys.write(1, `[${sys.argv.join(' ')}]\n`);
  return 0;
}

export function* dnsSuffix(sys: Sys): Blocking<number> {
  const { search } = yield* readResolverConfig(sys);
  yield* sys.write(1, `${search.join(',')}\n`);
  return 0;
}

export function* dnsServers(sys: Sys): Blocking<number> {
  const { servers } = yield* readResolverConfig(sys);
  yield* sys.write(1, `${servers.join(',')}\n`);
  return 0;
}

export function* etcHosts(sys: Sys): Blocking<number> {
  yield* sys.write(1, (yield* tryTextFile(sys, '/etc/hosts')) ?? '');
  return 0;
}

const REFUSALS: Readonly<Record<string, string>> = { ETIMEDOUT: 'TIMEOUT', ECONNREFUSED: 'REFUSED', ENOTFOUND: 'DNS' };

export function* connect(sys: Sys): Blocking<number> {
  const { flags, rest } = wordsOf(sys);
  const protocol = flags.get('protocol') ?? 'tcp';
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(rest[0] ?? '') ?? [];
  if (protocol !== 'tcp') {
    yield* sys.write(2, `connect: protocol ${protocol} isn't modelled; tcp is\n`);
    return 2;
  }
  try {
    const timeout = readDuration(flags.get('timeout') ?? '') ?? 30_000;
    sys.close(yield* sys.connect({ host, port: Number(port) }, durationMs(timeout)));
    return 0;
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
    yield* sys.write(1, `${REFUSALS[error.code] ?? 'OTHER'}\n`);
    return 1;
  }
}

type Look = (sys: Sys, path: string) => Blocking<string>;

/** What `mounttest` says of a path, flag by flag. */
const LOOKS: Readonly<Record<string, Look>> = {
  *fs_type(sys, path) {
    return `mount type of "${path}": ${sys.statfs(path).type}\n`;
  },
  *file_mode(sys, path) {
    return `mode of file "${path}": ${modeString(sys.stat(path))}\n`;
  },
  *file_perm(sys, path) {
    return `perms of file "${path}": -${modeString({ type: 'file', mode: sys.stat(path).mode }).slice(1)}\n`;
  },
  *file_owner(sys, path) {
    const { uid, gid } = sys.stat(path);
    return `owner UID of "${path}": ${uid}\nowner GID of "${path}": ${gid}\n`;
  },
  *file_content(sys, path) {
    return `content of file "${path}": ${yield* readTextFile(sys, path)}\n`;
  },
  new_file_0644: (sys, path) => newFile(sys, path, 0o644),
  new_file_0660: (sys, path) => newFile(sys, path, 0o660),
  new_file_0666: (sys, path) => newFile(sys, path, 0o666),
  new_file_0777: (sys, path) => newFile(sys, path, 0o777),
};

function* newFile(sys: Sys, path: string, mode: number): Blocking<string> {
  yield* writeFile(sys, path, 'mount-tester new file\n', mode);
  sys.chmod(path, mode);
  return '';
}

export function* mounttest(sys: Sys): Blocking<number> {
  const words = wordsOf(sys);
  const looped = words.flags.get('file_content_in_loop');
  if (looped !== undefined) return yield* contentInLoop(sys, looped, portOf(words, 'retry_time', 180));
  for (const [name, path] of words.flags) {
    const look = Object.hasOwn(LOOKS, name) ? LOOKS[name] : undefined;
    if (look === undefined) {
      yield* sys.write(2, `mounttest: --${name} isn't modelled\n`);
      return 1;
    }
    try {
      yield* sys.write(1, yield* look(sys, path));
    } catch (error) {
      if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
      yield* sys.write(1, `error with file "${path}": ${errorText(error.code).toLowerCase()}\n`);
      return 1;
    }
  }
  return 0;
}

function* contentInLoop(sys: Sys, path: string, length: number): Blocking<number> {
  for (const until = sys.now() + length * 1000; sys.now() < until; ) {
    const text = yield* tryTextFile(sys, path);
    yield* sys.write(
      1,
      text === undefined
        ? `error reading file ${path}: open ${path}: no such file or directory, retrying\n`
        : `content of file "${path}": ${text}\n`,
    );
    yield* sys.sleep(seconds(1));
  }
  return 0;
}

const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** Asks the API again and again, with whatever token the pod has by then. */
export function* inClusterClient(sys: Sys): Blocking<number> {
  const interval = portOf(wordsOf(sys), 'poll-interval', 30);
  yield* sys.write(2, glogLine(sys, 'I', 'main.go:61', 'started'));
  for (;;) {
    const token = ((yield* tryTextFile(sys, TOKEN)) ?? '').trim();
    yield* sys.write(2, glogLine(sys, 'I', 'main.go:76', 'calling /healthz'));
    yield* sys.write(
      2,
      glogLine(sys, 'I', 'main.go:96', `authz_header=${hash('sha256', new TextEncoder().encode(`Bearer ${token}`))}`),
    );
    try {
      const response = yield* askApi(sys, 'inclusterclient', { path: '/healthz' });
      const body = decode(yield* readAll(sys, response.body));
      sys.close(response.body);
      const line = response.status === 200 ? `status=${body}` : `status=failed\n${body}`;
      yield* sys.write(2, glogLine(sys, response.status === 200 ? 'I' : 'E', 'main.go:86', line));
    } catch (error) {
      if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
      yield* sys.write(2, glogLine(sys, 'E', 'main.go:80', `err: ${error.code}`));
    }
    yield* sys.sleep(seconds(interval));
  }
}

const VERBS = ['GET', 'PUT', 'POST'];

/** Lines as a busy server writes them, evenly over a time. */
export function* logsGenerator(sys: Sys): Blocking<number> {
  const words = wordsOf(sys);
  const total = portOf(words, 'log-lines-total', 0);
  const length = readDuration(words.flags.get('run-duration') ?? '') ?? 0;
  if (total === 0 || length === 0) {
    yield* sys.write(2, 'logs-generator: --log-lines-total and --run-duration are needed\n');
    return 1;
  }
  const namespaces = ['kube-system', 'default', 'ns'];
  for (let line = 0; line < total; line++) {
    const path = `/api/v1/namespaces/${namespaces[sys.random(3)]}/pods/${(sys.random(60_000_000) + 1_000_000).toString(36)}`;
    yield* sys.write(
      2,
      glogLine(sys, 'I', 'logs_generator.go:76', `${line} ${VERBS[sys.random(3)]} ${path} ${200 + sys.random(300)}`),
    );
    yield* sys.sleep(durationMs(Math.floor(length / total)));
  }
  return 0;
}
