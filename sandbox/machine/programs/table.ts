// All programs by the names that images give them: plain ones are busybox's applets, `gnu/ls` is the full-sized tool. What
// exists once is there under both names.

import { shell } from '../shell/shell.ts';
import type { Program } from '../sys.ts';
import { agnhost } from './agnhost/agnhost.ts';
import { awk } from './awk/awk.ts';
import { coredns } from './coredns/coredns.ts';
import { gzip } from './data/archive.ts';
import { base32 } from './data/base32.ts';
import { cmp, diff } from './data/compare.ts';
import { dd } from './data/dd.ts';
import { base64, hexdump, od, xxd } from './data/dump.ts';
import { cksum, crc32, md5sum, sha1sum, sha224sum, sha256sum, sha384sum, sha512sum, sum } from './data/sums.ts';
import { tar } from './data/tar.ts';
import { chgrp, chmod, chown, stat } from './files/attributes.ts';
import { cp, install, mv, rm, rmdir, unlink } from './files/copy.ts';
import { find } from './files/find.ts';
import { ls } from './files/list.ts';
import { ln, mkdir, mkfifo, mktemp, touch, truncate } from './files/make.ts';
import { basename, dirname, pwd, readlink, realpath } from './files/paths.ts';
import { cat, head, tac, tail } from './files/show.ts';
import { gatewayController } from './gateway/gateway.ts';
import { nginxIngress } from './ingress/ingress.ts';
import { jq } from './jq/jq.ts';
import type { Flavour } from './kit/command.ts';
import { app, db, guestbook, registry, report } from './learn/apps.ts';
import { broker } from './learn/broker.ts';
import { extension } from './learn/extension.ts';
import { learnServer } from './learn/server.ts';
import { switchProgram } from './learn/switch.ts';
import { batch, diskfill, load, train } from './learn/workers.ts';
import { less } from './less.ts';
import { mysql, mysqladmin } from './mysql/mysql.ts';
import { mysqld } from './mysql/mysqld.ts';
import { curl } from './net/curl.ts';
import { dig, getent, host } from './net/dig.ts';
import { ifconfig, ip, route } from './net/interfaces.ts';
import { iptables, iptablesSave } from './net/iptables.ts';
import { nc, telnet } from './net/nc.ts';
import { nslookup } from './net/nslookup.ts';
import { ping, traceroute } from './net/ping.ts';
import { netstat, ss } from './net/sockets.ts';
import { wget } from './net/wget.ts';
import { nginx } from './nginx/nginx.ts';
import { openssl } from './openssl/openssl.ts';
import { postgres } from './postgres/postgres.ts';
import { pgIsReady, psql } from './postgres/psql.ts';
import { bc } from './process/bc.ts';
import { expr, factor } from './process/calculate.ts';
import { chroot, nice, nohup, setsid, stdbuf, su, which, xargs } from './process/control.ts';
import { dc } from './process/dc.ts';
import { df, du, mount, umount } from './process/disk.ts';
import {
  arch,
  env,
  groups,
  hostname,
  id,
  logname,
  nproc,
  printenv,
  tty,
  uname,
  whoami,
} from './process/environment.ts';
import { free, top } from './process/inspect.ts';
import { ps, pstree } from './process/ps.ts';
import { kill, killall, pgrep, pidof, pkill } from './process/signal.ts';
import {
  clear,
  echo,
  falseProgram,
  logger,
  mesg,
  printfProgram,
  reset,
  sync,
  test,
  trueProgram,
} from './process/small.ts';
import { mountpoint, sysctl } from './process/system.ts';
import { cal, date, sleep, time, timeout, uptime, usleep, watch } from './process/time.ts';
import { redisCli } from './redis/cli.ts';
import { redisServer } from './redis/server.ts';
import { node } from './script/node.ts';
import { python } from './script/python.ts';
import { sed } from './sed/sed.ts';
import { httpd } from './servers/httpd.ts';
import { plainServer } from './servers/plain.ts';
import { httpEcho, memcached, pause, stress, whoamiServer } from './servers/small.ts';
import { column, cut, expand, fold, nl, paste, rev, unexpand, wc } from './text/columns.ts';
import { grep } from './text/grep.ts';
import { numfmt } from './text/numfmt.ts';
import { comm, joinLines, sort, uniq } from './text/sort.ts';
import { seq, shuf, split, strings, tee, tr, yes } from './text/translate.ts';
import { UNMODELLED, unmodelled } from './unmodelled.ts';
import { vi } from './vi/vi.ts';

type Maker = (flavour: Flavour) => Program;

/** Programs that either userland has, in its own words. */
const TOOLS: Readonly<Record<string, Maker>> = {
  '[': test,
  arch,
  awk,
  base32,
  base64,
  basename,
  bc,
  cal,
  cat,
  chgrp,
  chmod,
  chown,
  chroot,
  cksum,
  clear,
  cmp,
  column,
  comm,
  cp,
  crc32,
  curl,
  cut,
  date,
  dc,
  dd,
  df,
  diff,
  dig,
  dirname,
  du,
  echo,
  egrep: grep,
  env,
  expand,
  expr,
  factor,
  false: falseProgram,
  fgrep: grep,
  find,
  fold,
  free,
  getent,
  grep,
  groups,
  gunzip: gzip,
  gzip,
  head,
  hexdump,
  host,
  hostname,
  id,
  ifconfig,
  install,
  ip,
  join: joinLines,
  jq,
  kill,
  killall,
  ln,
  logger,
  logname,
  ls,
  md5sum,
  mesg,
  mkdir,
  mkfifo,
  mktemp,
  mount,
  mountpoint,
  mv,
  nc,
  netcat: nc,
  netstat,
  nice,
  nl,
  nohup,
  nproc,
  numfmt,
  nslookup,
  od,
  paste,
  pgrep,
  pidof,
  ping,
  pkill,
  printenv,
  printf: printfProgram,
  ps,
  pstree,
  pwd,
  readlink,
  realpath,
  reset,
  rev,
  rm,
  rmdir,
  route,
  sed,
  seq,
  setsid,
  sha1sum,
  sha224sum,
  sha256sum,
  sha384sum,
  sha512sum,
  shuf,
  sleep,
  sort,
  split,
  ss,
  stat,
  strings,
  stdbuf,
  su,
  sum,
  sync,
  sysctl,
  tac,
  tail,
  tar,
  tee,
  telnet,
  test,
  time,
  timeout,
  top,
  touch,
  tr,
  true: trueProgram,
  truncate,
  tty,
  umount,
  uname,
  unexpand,
  uniq,
  unlink,
  uptime,
  usleep,
  watch,
  wc,
  wget,
  which,
  whoami,
  xargs,
  xxd,
  yes,
  zcat: gzip,
};

/** Programs that are what they are, wherever they are found. */
const SINGLE: Readonly<Record<string, Program>> = {
  agnhost,
  bash: shell('bash'),
  coredns,
  dash: shell('dash'),
  httpd,
  nginx,
  'nginx-ingress-controller': nginxIngress,
  pause,
  node,
  python,
  python3: python,
  'plain-server': plainServer,
  'not-modelled': unmodelled,
  memcached,
  'traefik/whoami': whoamiServer,
  'http-echo': httpEcho,
  'redis-server': redisServer,
  'redis-cli': redisCli('gnu'),
  stress: stress('gnu'),
  'stress-ng': stress('gnu'),
  mysqld,
  mysql: mysql('gnu'),
  mysqladmin: mysqladmin('gnu'),
  postgres,
  psql: psql('gnu'),
  iptables: iptables('gnu'),
  'iptables-save': iptablesSave('gnu'),
  pg_isready: pgIsReady('gnu'),
  'learn/switch': switchProgram('gnu'),
  'learn/load': load('gnu'),
  'learn/batch': batch,
  'learn/diskfill': diskfill,
  'learn/train': train,
  'learn/kv': redisServer,
  'learn/app': app,
  'learn/broker': broker,
  'learn/db': db,
  'learn/extension': extension,
  'learn/gateway': gatewayController,
  'learn/guestbook': guestbook,
  'learn/mysql': unmodelled,
  'learn/registry': registry,
  'learn/report': report,
  'learn/hello': learnServer,
  'learn/slow': learnServer,
  'learn/freezer': learnServer,
  'learn/leaky': learnServer,
  'learn/stubborn': learnServer,
  'learn/burner': learnServer,
  'learn/shop': learnServer,
  openssl,
  traceroute,
  tracepath: traceroute,
  less,
  more: less,
  vi,
  view: vi,
  vim: vi,
};

function all(): Map<string, Program> {
  const programs = new Map<string, Program>();
  for (const flavour of ['busybox', 'gnu'] as const) {
    const prefix = flavour === 'gnu' ? 'gnu/' : '';
    for (const name of UNMODELLED) programs.set(prefix + name, unmodelled);
    for (const [name, make] of Object.entries(TOOLS)) programs.set(prefix + name, make(flavour));
    for (const [name, program] of Object.entries(SINGLE)) programs.set(prefix + name, program);
  }
  for (const name of ['sh', 'ash']) programs.set(name, shell('ash'));
  programs.set('gnu/sh', shell('dash'));
  return programs;
}

export const PROGRAMS: ReadonlyMap<string, Program> = all();

/** The programs of a userland, by the names of their files. */
export function programNames(flavour: Flavour): readonly string[] {
  const names = [...PROGRAMS.keys()];
  return flavour === 'gnu'
    ? names.filter((name) => name.startsWith('gnu/')).map((name) => name.slice(4))
    : names.filter((name) => !name.includes('/'));
}
