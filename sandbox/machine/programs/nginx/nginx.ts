// nginx: the master process reads the configuration and keeps workers, one for each port; signals go through it.

import { errorText } from '../../errors.ts';
import { signalNumber } from '../../signals.ts';
import {
  type Blocking,
  type Fd,
  type PlainData,
  type Program,
  type SignalName,
  type Sys,
  SysError,
  type WaitStatus,
} from '../../sys.ts';
import { type Flags, readFlags, UsageProblem } from '../kit/flags.ts';
import { tryTextFile, writeFile } from '../kit/input.ts';
import { ConfigProblem, checkConfig, type Directive, find, parseText, readConfig } from './config.ts';
import type { WorkerState } from './exchange.ts';
import { stamp } from './logs.ts';
import { buildSites, type Sites } from './sites.ts';
import { runWorker } from './worker.ts';

interface Master {
  readonly role: 'master';
  readonly version: string;
  readonly file: string;
  readonly extra: string;
  readonly log: Fd;
  workers: { readonly pid: number; readonly port: number }[];
  /** Set once a signal has asked for the end. */
  ending: boolean;
}

interface Beginning {
  readonly role: 'worker';
  readonly state: WorkerState;
}

const FLAGS = { flags: '? h v V t T q s= c= g= p= e=' };
const CONFIG = '/etc/nginx/nginx.conf';
const PID_FILE = '/run/nginx.pid';

export const nginx: Program = function* run(sys, saved) {
  if (isWorker(saved)) return yield* runWorker(sys, undefined, saved.state);
  if (isServing(saved)) return yield* runWorker(sys, saved, saved.state);
  if (isMaster(saved)) return yield* supervise(sys, saved);
  let flags: Flags;
  try {
    flags = readFlags(FLAGS, sys.argv.slice(1), true);
  } catch (error) {
    if (!(error instanceof UsageProblem)) throw error;
    yield* sys.write(2, `nginx: ${error.message.replace(/^invalid option -- '(.)'$/, 'invalid option: "$1"')}\n`);
    return 1;
  }
  return yield* start(sys, flags);
};

function isWorker(saved: PlainData | undefined): saved is Beginning {
  return typeof saved === 'object' && saved !== null && 'role' in saved && saved.role === 'worker';
}

function isMaster(saved: PlainData | undefined): saved is Master {
  return typeof saved === 'object' && saved !== null && 'role' in saved && saved.role === 'master';
}

/** What `serveHttp` saves for a worker. */
function isServing(saved: PlainData | undefined): saved is { readonly state: WorkerState } {
  return typeof saved === 'object' && saved !== null && 'connections' in saved && 'state' in saved;
}

function* start(sys: Sys, flags: Flags): Blocking<number> {
  const version = sys.env.get('NGINX_VERSION') ?? '1.27.5';
  const file = flags.value('c') ?? CONFIG;
  if (flags.has('v') || flags.has('V')) {
    yield* sys.write(2, `nginx version: nginx/${version}\n`);
    return 0;
  }
  if (flags.has('h') || flags.has('?')) {
    yield* sys.write(
      2,
      `nginx version: nginx/${version}\nUsage: nginx [-?hvVtTq] [-s signal] [-p prefix]\n             [-e filename] [-c filename] [-g directives]\n`,
    );
    return 0;
  }
  const signal = flags.value('s');
  if (signal !== undefined) return yield* sendSignal(sys, signal);
  const sites = yield* load(sys, file, flags.value('g') ?? '');
  if (flags.has('t') || flags.has('T')) {
    yield* sys.write(
      2,
      sites === undefined
        ? `nginx: configuration file ${file} test failed\n`
        : `nginx: the configuration file ${file} syntax is ok\nnginx: configuration file ${file} test is successful\n`,
    );
    return sites === undefined ? 1 : 0;
  }
  if (sites === undefined) return 1;
  return yield* beginMaster(sys, sites, { version, file, extra: flags.value('g') ?? '' });
}

/** Reads and checks the configuration; undefined (and said why) when it is wrong. */
function* load(
  sys: Sys,
  file: string,
  extra: string,
): Blocking<{ readonly sites: Sites; readonly main: readonly Directive[] } | undefined> {
  try {
    const main = [...parseText(extra, 'command line'), ...(yield* readConfig(sys, file))];
    checkConfig(main);
    return { sites: buildSites(main), main };
  } catch (error) {
    if (!(error instanceof ConfigProblem)) throw error;
    const line = `[emerg] ${sys.pid}#${sys.pid}: ${error.message}`;
    yield* sys.write(2, `${stamp(sys)} ${line}\nnginx: [emerg] ${error.message}\n`);
    return undefined;
  }
}

const SIGNALS: Readonly<Record<string, SignalName>> = {
  stop: 'SIGTERM',
  quit: 'SIGQUIT',
  reload: 'SIGHUP',
  reopen: 'SIGUSR1',
};

function* sendSignal(sys: Sys, word: string): Blocking<number> {
  const signal = Object.hasOwn(SIGNALS, word) ? SIGNALS[word] : undefined;
  if (signal === undefined) {
    yield* sys.write(2, `nginx: invalid option: "-s ${word}"\n`);
    return 1;
  }
  const text = yield* tryTextFile(sys, PID_FILE);
  const pid = Number((text ?? '').trim());
  yield* sys.write(2, `${stamp(sys)} [notice] ${sys.pid}#${sys.pid}: signal process started\n`);
  if (text === undefined || pid === 0) {
    const words =
      text === undefined
        ? `open() "${PID_FILE}" failed (2: No such file or directory)`
        : `invalid PID number "" in "${PID_FILE}"`;
    yield* sys.write(2, `nginx: [error] ${words}\n`);
    return 1;
  }
  try {
    sys.kill(pid, signal);
    return 0;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    yield* sys.write(
      2,
      `nginx: [alert] kill(${pid}, ${signalNumber(signal)}) failed (${error.code === 'ESRCH' ? '3: No such process' : '1: Operation not permitted'})\n`,
    );
    return 1;
  }
}

interface Identity {
  readonly version: string;
  readonly file: string;
  readonly extra: string;
}

function* beginMaster(
  sys: Sys,
  loaded: { readonly sites: Sites; readonly main: readonly Directive[] },
  identity: Identity,
): Blocking<number> {
  const { sites, main } = loaded;
  if (find(main, 'daemon')?.args[0] !== 'off') {
    const daemon: Master = {
      role: 'master',
      ...identity,
      extra: `${identity.extra}; daemon off;`,
      log: -1,
      workers: [],
      ending: false,
    };
    sys.spawn(sys.argv, { forked: daemon, session: true });
    return 0;
  }
  if (sys.uid !== 0 && find(main, 'user') !== undefined) {
    const directive = find(main, 'user');
    yield* sys.write(
      2,
      `${stamp(sys)} [warn] ${sys.pid}#${sys.pid}: the "user" directive makes sense only if the master process runs with super-user privileges, ignored in ${directive?.file}:${directive?.line}\nnginx: [warn] the "user" directive makes sense only if the master process runs with super-user privileges, ignored in ${directive?.file}:${directive?.line}\n`,
    );
  }
  const log = yield* openLog(sys, sites.errorLog);
  if (log === undefined) return 1;
  if (!(yield* canBind(sys, sites, log))) return 1;
  if (!(yield* writePid(sys))) return 1;
  const master: Master = { role: 'master', ...identity, log, workers: [], ending: false };
  const release = ((yield* tryTextFile(sys, '/proc/sys/kernel/osrelease')) ?? '').trim();
  yield* notice(sys, master, 'using the "epoll" event method');
  yield* notice(sys, master, `nginx/${identity.version}`);
  yield* notice(sys, master, 'built by gcc 12.2.0 (Debian 12.2.0-14+deb12u1) ');
  yield* notice(sys, master, `OS: Linux ${release}`);
  yield* notice(sys, master, 'getrlimit(RLIMIT_NOFILE): 1048576:1048576');
  yield* notice(sys, master, 'start worker processes');
  for (const signal of ['SIGQUIT', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1'] as const) sys.onSignal(signal, 'catch');
  yield* startWorkers(sys, master, sites);
  return yield* supervise(sys, master);
}

function* openLog(sys: Sys, path: string): Blocking<Fd | undefined> {
  if (path === 'stderr') return 2;
  try {
    return yield* sys.open(path, { write: true, create: true, append: true });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const why = `open() "${path}" failed (${error.code === 'EACCES' ? 13 : error.code === 'EROFS' ? 30 : 2}: ${errorText(error.code)})`;
    yield* sys.write(
      2,
      `nginx: [alert] could not open error log file: ${why}\n${stamp(sys)} [emerg] ${sys.pid}#${sys.pid}: ${why}\n`,
    );
    return undefined;
  }
}

/** Binds each port for a moment, so that what is in the way is told by the master. */
function* canBind(sys: Sys, sites: Sites, log: Fd): Blocking<boolean> {
  for (const port of sites.ports.keys()) {
    try {
      sys.close(sys.listen({ host: '', port }));
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      const number = error.code === 'EADDRINUSE' ? 98 : error.code === 'EACCES' ? 13 : 99;
      const why = `bind() to 0.0.0.0:${port} failed (${number}: ${errorText(error.code)})`;
      const times = error.code === 'EADDRINUSE' ? 5 : 1;
      for (let i = 0; i < times; i++) yield* sys.write(log, `${stamp(sys)} [emerg] ${sys.pid}#${sys.pid}: ${why}\n`);
      yield* sys.write(2, `nginx: [emerg] ${why}\n`);
      if (times > 1) yield* sys.write(log, `${stamp(sys)} [emerg] ${sys.pid}#${sys.pid}: still could not bind()\n`);
      return false;
    }
  }
  return true;
}

function* writePid(sys: Sys): Blocking<boolean> {
  try {
    yield* writeFile(sys, PID_FILE, `${sys.pid}\n`);
    return true;
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const number = error.code === 'EACCES' ? 13 : 30;
    const why = `open() "${PID_FILE}" failed (${number}: ${errorText(error.code)})`;
    yield* sys.write(2, `${stamp(sys)} [emerg] ${sys.pid}#${sys.pid}: ${why}\nnginx: [emerg] ${why}\n`);
    return false;
  }
}

function* notice(sys: Sys, { log }: Master, message: string, pid = sys.pid): Blocking<void> {
  try {
    yield* sys.write(log, `${stamp(sys)} [notice] ${pid}#${pid}: ${message}\n`);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
}

function* startWorkers(sys: Sys, master: Master, sites: Sites): Blocking<void> {
  for (const port of sites.ports.keys()) {
    const state: WorkerState = {
      sites,
      port,
      version: master.version,
      logs: new Map(),
      requests: 0,
      connections: 0,
      next: new Map(),
    };
    const beginning: Beginning = { role: 'worker', state };
    const pid = sys.spawn(['nginx: worker process'], {
      forked: beginning,
      fds: new Map([
        [0, 0],
        [1, 1],
        [2, 2],
      ]),
    });
    master.workers.push({ pid, port });
    yield* notice(sys, master, `start worker process ${pid}`);
  }
}

/** Waits for signals and for the ends of workers. */
function* supervise(sys: Sys, master: Master): Blocking<number> {
  if (master.log < 0) {
    const loaded = yield* load(sys, master.file, master.extra);
    return loaded === undefined
      ? 1
      : yield* beginMaster(
          sys,
          {
            ...loaded,
            main: [...parseText('daemon off;', ''), ...loaded.main.filter(({ name }) => name !== 'daemon')],
          },
          master,
        );
  }
  for (;;) {
    sys.save(master);
    try {
      const ended = yield* sys.wait();
      if (ended !== undefined && ended.kind !== 'stopped') yield* workerEnded(sys, master, ended);
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      if (error.code !== 'EINTR' && error.code !== 'ECHILD') throw error;
      for (const signal of sys.caught()) yield* onSignal(sys, master, signal);
    }
    if (master.ending && master.workers.length === 0) {
      yield* notice(sys, master, 'exit');
      return 0;
    }
  }
}

function* workerEnded(sys: Sys, master: Master, ended: WaitStatus): Blocking<void> {
  const worker = master.workers.find(({ pid }) => pid === ended.pid);
  master.workers = master.workers.filter(({ pid }) => pid !== ended.pid);
  if (master.ending || ended.kind === 'exited') {
    if (ended.kind === 'exited' && ended.status === 0) {
      yield* notice(sys, master, 'exiting', ended.pid);
      yield* notice(sys, master, 'exit', ended.pid);
    }
  }
  yield* notice(sys, master, `signal 17 (SIGCHLD) received from ${ended.pid}`);
  if (ended.kind === 'exited')
    yield* notice(sys, master, `worker process ${ended.pid} exited with code ${ended.status}`);
  else
    yield* sys.write(
      master.log,
      `${stamp(sys)} [alert] ${sys.pid}#${sys.pid}: worker process ${ended.pid} exited on signal ${signalNumber(ended.signal)}\n`,
    );
  if (master.ending || worker === undefined || (ended.kind === 'exited' && ended.status === 0)) return;
  const loaded = yield* load(sys, master.file, master.extra);
  if (loaded !== undefined)
    yield* startWorkers(sys, master, {
      ...loaded.sites,
      ports: new Map([...loaded.sites.ports].filter(([port]) => port === worker.port)),
    });
}

function* onSignal(sys: Sys, master: Master, signal: SignalName): Blocking<void> {
  const number = signalNumber(signal);
  const name = `signal ${number} (${signal})`;
  if (signal === 'SIGHUP') {
    yield* notice(sys, master, `${name} received from ${sys.pid}, reconfiguring`);
    yield* notice(sys, master, 'reconfiguring');
    const loaded = yield* load(sys, master.file, master.extra);
    if (loaded === undefined) return;
    for (const { pid } of master.workers) sys.kill(pid, 'SIGQUIT');
    const old = master.workers;
    for (const { pid } of old) {
      yield* notice(sys, master, 'gracefully shutting down', pid);
      yield* sys.wait(pid);
      yield* notice(sys, master, 'exit', pid);
    }
    master.workers = [];
    yield* notice(sys, master, 'start worker processes');
    yield* startWorkers(sys, master, loaded.sites);
    return;
  }
  if (signal === 'SIGUSR1' || master.ending) return;
  const graceful = signal === 'SIGQUIT';
  yield* notice(sys, master, `${name} received, ${graceful ? 'shutting down' : 'exiting'}`);
  master.ending = true;
  for (const { pid } of master.workers) {
    if (graceful) yield* notice(sys, master, 'gracefully shutting down', pid);
    sys.kill(pid, graceful ? 'SIGQUIT' : 'SIGTERM');
  }
}
