// Who and where a process is: `env`, `printenv`, `id`, `whoami`, `groups`, `hostname`, `uname`, `nproc`, `tty`, `logname`.

import type { Blocking } from '../../sys.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { tryTextFile } from '../kit/input.ts';
import { become } from '../kit/run.ts';
import { type Accounts, groupName, readAccounts, userName } from '../kit/users.ts';

const ENV: CommandSpec = {
  usage: '[-i0] [-u NAME]... [-] [NAME=VALUE]... [PROG ARGS]',
  flags: 'i|ignore-environment 0|null u|unset= S|split-string= C|chdir= v',
  inOrder: true,
  badUsage: 125,
};

export const env = command(ENV, function* (context) {
  const { flags, sys } = context;
  const rest = [...context.args];
  const bare = flags.has('i') || rest[0] === '-';
  if (rest[0] === '-') rest.shift();
  const split = flags.value('S');
  if (split !== undefined) rest.unshift(...split.trim().split(/\s+/));
  const environment = new Map(bare ? [] : sys.env);
  for (const name of flags.values('u')) environment.delete(name);
  while (rest[0]?.includes('=') === true) {
    const word = rest.shift() ?? '';
    const at = word.indexOf('=');
    environment.set(word.slice(0, at), word.slice(at + 1));
  }
  if (rest.length === 0) {
    for (const [name, value] of environment) context.print(`${name}=${value}${flags.has('0') ? '\0' : '\n'}`);
    return undefined;
  }
  const folder = flags.value('C');
  if (folder !== undefined) sys.chdir(folder);
  return yield* become(context, rest, { env: environment });
});

export const printenv = command({ usage: '[VARIABLE]...', flags: '0|null' }, function* (context) {
  const { sys } = context;
  if (context.args.length === 0) for (const [name, value] of sys.env) context.print(`${name}=${value}\n`);
  for (const name of context.args) {
    const value = sys.env.get(name);
    if (value === undefined) context.status = 1;
    else context.print(`${value}\n`);
  }
  return undefined;
});

interface Identity {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

function identityOf(context: Context, accounts: Accounts, name: string | undefined): Identity | undefined {
  const { sys } = context;
  if (name === undefined) return { uid: sys.uid, gid: sys.gid, groups: sys.groups };
  const user = accounts.users.find((each) => each.name === name || String(each.uid) === name);
  if (user === undefined) return undefined;
  const groups = accounts.groups.filter((group) => group.members.includes(user.name)).map((group) => group.gid);
  return { uid: user.uid, gid: user.gid, groups: [user.gid, ...groups.filter((gid) => gid !== user.gid)] };
}

const ID: CommandSpec = {
  usage: '[-ugGnr] [USER]',
  flags: 'u|user g|group G|groups n|name r|real z',
  refused: 'Z',
  arguments: [0, 1],
};

export const id = command(ID, function* (context) {
  const { flags, flavour } = context;
  const accounts = yield* readAccounts(context.sys);
  const [name] = context.args;
  const who = identityOf(context, accounts, name);
  if (who === undefined) {
    context.complain(flavour === 'gnu' ? `'${name}': no such user` : `unknown user ${name}`);
    return 1;
  }
  const all = allGroups(context, who);
  const user = (uid: number): string =>
    flags.has('n') ? (userName(accounts, uid) ?? unnamed(context, 'user', uid)) : String(uid);
  const group = (gid: number): string =>
    flags.has('n') ? (groupName(accounts, gid) ?? unnamed(context, 'group', gid)) : String(gid);
  if (flags.has('u')) context.print(`${user(who.uid)}\n`);
  else if (flags.has('g')) context.print(`${group(who.gid)}\n`);
  else if (flags.has('G')) context.print(`${all.map(group).join(' ')}\n`);
  else context.print(`${fullIdentity(context, accounts, who)}\n`);
  return undefined;
});

function unnamed(context: Context, kind: string, number: number): string {
  context.complain(context.flavour === 'gnu' ? `cannot find name for ${kind} ID ${number}` : `unknown ID ${number}`);
  context.status = 1;
  return String(number);
}

/** busybox lists groups as the kernel has them, by number; GNU's puts the own one first. */
function allGroups({ flavour }: Context, { gid, groups }: Identity): readonly number[] {
  if (flavour !== 'gnu') return [...new Set([gid, ...groups])].sort((a, b) => a - b);
  return [gid, ...groups.filter((each) => each !== gid)];
}

/** `uid=0(root) gid=0(root)`; groups when there are others than the own one. */
function fullIdentity(context: Context, accounts: Accounts, who: Identity): string {
  const named = (number: number, name: string | undefined): string =>
    name === undefined ? String(number) : `${number}(${name})`;
  const groups = allGroups(context, who);
  const shows = context.flavour === 'gnu' || groups.length > 1 || context.args.length > 0 || who.groups.length > 0;
  const list = groups.map((gid) => named(gid, groupName(accounts, gid))).join(',');
  return `uid=${named(who.uid, userName(accounts, who.uid))} gid=${named(who.gid, groupName(accounts, who.gid))}${shows ? ` groups=${list}` : ''}`;
}

export const whoami = command({ usage: '', arguments: [0, 0] }, function* (context) {
  const accounts = yield* readAccounts(context.sys);
  const { uid } = context.sys;
  const name = userName(accounts, uid);
  if (name === undefined) {
    context.complain(context.flavour === 'gnu' ? `cannot find name for user ID ${uid}` : `unknown uid ${uid}`);
    return 1;
  }
  context.print(`${name}\n`);
  return undefined;
});

export const groups = command({ usage: '[USER]', arguments: [0, 1] }, function* (context) {
  const accounts = yield* readAccounts(context.sys);
  const [name] = context.args;
  const who = identityOf(context, accounts, name);
  if (who === undefined) {
    context.complain(context.flavour === 'gnu' ? `'${name}': no such user` : `unknown user ${name}`);
    return 1;
  }
  const words = allGroups(context, who).map((gid) => groupName(accounts, gid) ?? String(gid));
  context.print(`${name !== undefined && context.flavour === 'gnu' ? `${name} : ` : ''}${words.join(' ')}\n`);
  return undefined;
});

export const logname = command({ usage: '', arguments: [0, 0] }, function* (context) {
  context.complain(context.flavour === 'gnu' ? 'no login name' : 'getlogin: No such device or address');
  return 1;
});

const HOSTNAME: CommandSpec = {
  usage: '[-sidf] [HOSTNAME | -F FILE]',
  flags: 's|short i|ip-address I|all-ip-addresses d|domain f|fqdn|long F|file=',
  arguments: [0, 1],
};

export const hostname = command(HOSTNAME, function* (context) {
  const { flags, sys } = context;
  if (context.args.length > 0 || flags.has('F')) {
    context.complain(
      context.flavour === 'gnu' ? 'you must be root to change the host name' : 'sethostname: Operation not permitted',
    );
    return 1;
  }
  const name = sys.hostname();
  if (flags.has('i') || flags.has('I')) {
    context.print(`${addresses(context, flags.has('I'))}\n`);
    return undefined;
  }
  if (flags.has('f') || flags.has('d')) {
    const full = yield* fullName(context, name);
    context.print(`${flags.has('f') ? full : full.slice(full.indexOf('.') + 1 || full.length)}\n`);
    return undefined;
  }
  context.print(`${flags.has('s') ? (name.split('.')[0] ?? name) : name}\n`);
  return undefined;
});

function addresses({ sys }: Context, all: boolean): string {
  const found = sys
    .interfaces()
    .filter((each) => each.name !== 'lo')
    .flatMap((each) => each.addresses.map(({ address }) => address));
  return all ? `${found.join(' ')} ` : (found[0] ?? '127.0.0.1');
}

/** The first name that /etc/hosts gives for this host's address, as a resolver's canonical name is. */
function* fullName({ sys }: Context, name: string): Blocking<string> {
  const hosts = (yield* tryTextFile(sys, '/etc/hosts')) ?? '';
  for (const line of hosts.split('\n')) {
    const [, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (names.includes(name)) return names[0] ?? name;
  }
  return name;
}

const UNAME: CommandSpec = {
  usage: '[-amnrspvio]',
  flags:
    'a|all m|machine n|nodename r|kernel-release s|kernel-name p|processor v|kernel-version i|hardware-platform o|operating-system',
  arguments: [0, 0],
};

export const uname = command(UNAME, function* (context) {
  const { flags, sys, flavour } = context;
  const release = ((yield* tryTextFile(sys, '/proc/sys/kernel/osrelease')) ?? '6.12.57\n').trim();
  const version = ((yield* tryTextFile(sys, '/proc/sys/kernel/version')) ?? '#1 SMP PREEMPT_DYNAMIC\n').trim();
  const all = flags.has('a');
  const none = flags.order.length === 0;
  const fields: readonly (readonly [string, string])[] = [
    ['s', 'Linux'],
    ['n', sys.hostname()],
    ['r', release],
    ['v', version],
    ['m', 'x86_64'],
    ['p', 'unknown'],
    ['i', 'unknown'],
    ['o', 'GNU/Linux'],
  ];
  const shown = fields.filter(
    ([letter]) =>
      flags.has(letter) ||
      (all &&
        !(flavour === 'gnu' && (letter === 'p' || letter === 'i')) &&
        !(flavour === 'busybox' && (letter === 'p' || letter === 'i'))) ||
      (none && letter === 's'),
  );
  context.print(`${shown.map(([, value]) => value).join(' ')}\n`);
  return undefined;
});

export const arch = command({ usage: '' }, function* (context) {
  context.print('x86_64\n');
  return undefined;
});

export const nproc = command({ usage: '[--all] [--ignore=N]', flags: 'all ignore=' }, function* (context) {
  const info = (yield* tryTextFile(context.sys, '/proc/cpuinfo')) ?? '';
  const count = info.match(/^processor\s*:/gm)?.length ?? 1;
  context.print(`${Math.max(1, count - Number(context.flags.value('ignore') ?? 0))}\n`);
  return undefined;
});

export const tty = command({ usage: '[-s]', flags: 's|silent|quiet' }, function* (context) {
  const is = context.sys.isatty(0);
  if (!context.flags.has('s')) context.print(is ? '/dev/pts/0\n' : 'not a tty\n');
  return is ? 0 : 1;
});
