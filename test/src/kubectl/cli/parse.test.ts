import { describe, expect, test } from 'vitest';
import { parseLine } from '../../../../src/kubectl/cli/parse.ts';
import { allFlags, rowOf } from '../../../../src/kubectl/data/catalog.ts';

function parse(path: string, ...line: string[]): ReturnType<typeof parseLine> {
  return parseLine(allFlags(rowOf(path)), line, '/home');
}

describe('command lines', () => {
  test('flags and arguments may stand in any order', () => {
    const { flags, args } = parse('get', 'pods', '-n', 'kube-system', 'web', '--output=wide', '-A');
    expect(args).toEqual(['pods', 'web']);
    expect(flags.string('namespace')).toBe('kube-system');
    expect(flags.string('output')).toBe('wide');
    expect(flags.bool('all-namespaces')).toBe(true);
    expect(flags.bool('watch')).toBe(false);
    expect(flags.given()).toEqual(['all-namespaces', 'namespace', 'output']);
  });

  test('shorthands may be combined, the last one with its value', () => {
    const { flags, args } = parse('exec', '-itc', 'app', 'web', '--', 'sh', '-c', 'ls');
    expect([flags.bool('stdin'), flags.bool('tty'), flags.string('container')]).toEqual([true, true, 'app']);
    expect(args).toEqual(['web', 'sh', '-c', 'ls']);
  });

  test('what follows two dashes is no flag, and it is known where they stood', () => {
    expect(parse('exec', 'web', '--', 'ls').argsBeforeDash).toBe(1);
    expect(parse('exec', 'web').argsBeforeDash).toBe(-1);
  });

  test('lists take commas or repetition, arrays repetition only', () => {
    expect(parse('get', '-L', 'a,b', '-L', 'c').flags.strings('label-columns')).toEqual(['a', 'b', 'c']);
    expect(parse('run', '--env=A=1,2', '--env', 'B=3').flags.strings('env')).toEqual(['A=1,2', 'B=3']);
  });

  test('a flag without a value has the value that the flag alone stands for', () => {
    expect(parse('run', '--dry-run').flags.string('dry-run')).toBe('unchanged');
    expect(parse('delete', '--cascade').flags.string('cascade')).toBe('background');
  });

  test.each([
    ['unknown flag: --foo', 'get', ['--foo']],
    ["unknown shorthand flag: 'z' in -z", 'get', ['-z']],
    ["unknown shorthand flag: 'z' in -zA", 'get', ['-zA']],
    ['flag needs an argument: --namespace', 'get', ['--namespace']],
    ["flag needs an argument: 'n' in -n", 'get', ['-n']],
    ['bad flag syntax: --=x', 'get', ['--=x']],
    [
      'invalid argument "maybe" for "-A, --all-namespaces" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
      'get',
      ['-A=maybe'],
    ],
    [
      'invalid argument "x" for "--chunk-size" flag: strconv.ParseInt: parsing "x": invalid syntax',
      'get',
      ['--chunk-size', 'x'],
    ],
    ['invalid argument "5" for "--timeout" flag: time: missing unit in duration "5"', 'delete', ['--timeout=5']],
  ])('%s', (message, path, line) => {
    expect(() => parse(path, ...line)).toThrow(message);
  });

  test('flags that should not be used any more are noticed', () => {
    expect(parse('label', '--record').notices).toEqual([
      'Flag --record has been deprecated, --record will be removed in the future\n',
    ]);
  });
});
