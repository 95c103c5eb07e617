// `read` and `mapfile`.

import type { Builtin } from '../builtin.ts';
import { complain, complainAsApplet } from '../complain.ts';
import type { ReadPlan } from '../state.ts';
import { print, push, type Vm } from '../vm.ts';
import { readLetters } from './options.ts';

const LETTERS = { ash: 'rp:t:n:sd:u:', dash: 'rp:', bash: 'rp:t:n:N:sd:u:a:ei:' };

export const read: Builtin = (vm, { args }) => {
  const options = readLetters(vm, 'read', args, LETTERS[vm.flavour.name]);
  if (typeof options === 'number') return options;
  const { given, values, rest } = options;
  for (const name of rest) {
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) continue;
    if (vm.flavour.name === 'ash') complainAsApplet(vm, `read: '${name}': bad variable name`);
    else
      complain(
        vm,
        vm.flavour.name === 'bash' ? `\`${name}': not a valid identifier` : `${name}: bad variable name`,
        'read',
      );
    return vm.flavour.name === 'bash' ? 1 : 2;
  }
  if (vm.flavour.name === 'dash' && rest.length === 0) {
    complain(vm, 'arg count', 'read');
    return 2;
  }
  const milliseconds = timeout(vm, values.get('t'));
  if (milliseconds === 'invalid') return 1;
  const number = Number(values.get('u') ?? 0);
  const fd = vm.state.fds.get(number);
  if (fd === undefined) {
    complain(
      vm,
      vm.flavour.name === 'bash'
        ? `${number}: invalid file descriptor: Bad file descriptor`
        : 'read error: Bad file descriptor',
      'read',
    );
    return 1;
  }
  const prompt = values.get('p');
  if (prompt !== undefined && vm.sys.isatty(fd)) print(vm, 2, prompt);
  const silent = given.has('s') && vm.sys.isatty(fd);
  if (silent) vm.sys.setEcho(fd, false);
  const count = values.get('N') ?? values.get('n');
  const array = values.get('a');
  const plan: ReadPlan = {
    names: rest,
    raw: given.has('r'),
    fd,
    exact: given.has('N'),
    silent,
    delimiter: values.has('d') ? (values.get('d')?.charAt(0) ?? '') : '\n',
    ...(array === undefined ? {} : { array }),
    ...(count === undefined ? {} : { count: Number(count) }),
    ...(milliseconds === undefined ? {} : { milliseconds, until: vm.sys.now() + milliseconds }),
  };
  push(vm, { f: 'read', plan, chunks: [], stage: 'begin' });
  return undefined;
};

function timeout(vm: Vm, text: string | undefined): number | undefined | 'invalid' {
  if (text === undefined) return undefined;
  if (/^\d+(\.\d*)?$/.test(text)) return Number(text) * 1000;
  complain(
    vm,
    vm.flavour.name === 'bash' ? `${text}: invalid timeout specification` : `invalid timeout '${text}'`,
    'read',
  );
  return 'invalid';
}

/** Reads all lines into an array: a `read` to the end of input, cut afterwards. */
export const mapfile: Builtin = (vm, { name, args }) => {
  const options = readLetters(vm, name, args, 'd:n:O:s:tu:');
  if (typeof options === 'number') return options;
  const fd = vm.state.fds.get(Number(options.values.get('u') ?? 0));
  if (fd === undefined) return 1;
  push(vm, {
    f: 'lines-into',
    fd,
    array: options.rest[0] ?? 'MAPFILE',
    delimiter: options.values.get('d')?.charAt(0) ?? '\n',
    trims: options.given.has('t'),
    skip: Number(options.values.get('s') ?? 0),
    most: Number(options.values.get('n') ?? 0) || Number.POSITIVE_INFINITY,
    chunks: [],
    asked: false,
  });
  return undefined;
};
