// All programs by name, and the packages that images install. A program's name is its package's and its own
// (`busybox/ls`, `coreutils/ls`); images lay them out as files by `packageFiles`.

import { shell } from '../shell/shell.ts';
import type { Program } from '../sys.ts';
import { awk } from './awk/awk.ts';
import { gzip } from './data/archive.ts';
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
import type { Flavour } from './kit/command.ts';
import { bc, dc } from './process/bc.ts';
import { expr, factor } from './process/calculate.ts';
import {
  chroot,
  kill,
  killall,
  nice,
  nohup,
  pgrep,
  pidof,
  pkill,
  setsid,
  su,
  which,
  xargs,
} from './process/control.ts';
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
import { df, du, free, mount, ps, pstree, top, umount } from './process/inspect.ts';
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
import { cal, date, sleep, time, timeout, uptime, usleep, watch } from './process/time.ts';
import { sed } from './sed/sed.ts';
import { column, cut, expand, fold, nl, paste, rev, unexpand, wc } from './text/columns.ts';
import { grep } from './text/grep.ts';
import { comm, joinLines, sort, uniq } from './text/sort.ts';
import { seq, shuf, split, strings, tee, tr, yes } from './text/translate.ts';

type Maker = (flavour: Flavour) => Program;

/** By package of the full-sized tools; busybox has all of them, but for those that `NOT_BUSYBOX` names. */
const TOOLS: Readonly<Record<string, Readonly<Record<string, Maker>>>> = {
  coreutils: {
    '[': test,
    arch,
    base64,
    cksum,
    dd,
    df,
    du,
    echo,
    expr,
    factor,
    false: falseProgram,
    md5sum,
    od,
    printf: printfProgram,
    sha1sum,
    sha224sum,
    sha256sum,
    sha384sum,
    sha512sum,
    sum,
    sync,
    test,
    true: trueProgram,
    basename,
    cat,
    chgrp,
    chmod,
    chown,
    chroot,
    comm,
    cp,
    cut,
    date,
    dirname,
    env,
    expand,
    fold,
    groups,
    head,
    id,
    install,
    join: joinLines,
    ln,
    logname,
    ls,
    mkdir,
    mkfifo,
    mktemp,
    mv,
    nice,
    nl,
    nohup,
    nproc,
    paste,
    printenv,
    pwd,
    readlink,
    realpath,
    rm,
    rmdir,
    seq,
    shuf,
    sleep,
    sort,
    split,
    stat,
    tac,
    tail,
    tee,
    timeout,
    touch,
    tr,
    truncate,
    tty,
    uname,
    unexpand,
    uniq,
    unlink,
    wc,
    whoami,
    yes,
  },
  findutils: { find, xargs },
  grep: { grep, egrep: grep, fgrep: grep },
  sed: { sed },
  procps: { free, ps, top, kill, pgrep, pidof, pkill, uptime, watch },
  psmisc: { killall, pstree },
  util: { clear, hexdump, logger, mesg, mount, reset, umount, cal, column, hostname, rev, setsid, su, which },
  binutils: { strings },
  time: { time },
  diffutils: { cmp, diff },
  gzip: { gzip, gunzip: gzip, zcat: gzip },
  tar: { tar },
  mawk: { awk },
  bc: { bc, dc },
  xxd: { xxd },
  busybox: { crc32, usleep },
};

const NOT_BUSYBOX = new Set<string>(['arch', 'column', 'join']);

function all(): Map<string, Program> {
  const programs = new Map<string, Program>([
    ['bash/bash', shell('bash')],
    ['dash/sh', shell('dash')],
    ['busybox/sh', shell('ash')],
  ]);
  for (const [name, tools] of Object.entries(TOOLS)) {
    for (const [tool, make] of Object.entries(tools)) {
      if (!NOT_BUSYBOX.has(tool)) programs.set(`busybox/${tool}`, make('busybox'));
      if (name !== 'busybox') programs.set(`${name}/${tool}`, make('gnu'));
    }
  }
  return programs;
}

export const PROGRAMS: ReadonlyMap<string, Program> = all();

/** Files of a package by name: `ls` → `busybox/ls`. */
export function packagePrograms(name: string): readonly string[] {
  const prefix = `${name}/`;
  return [...PROGRAMS.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
}
