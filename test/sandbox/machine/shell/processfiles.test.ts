import { describe, expect, it } from 'vitest';
import { newBox } from '../programs/box.ts';
import { run } from '../room.ts';

const sh = (script: string): string => run(newBox('debian'), ['bash', '-c', script]).stdout;

describe('Files that stand for what a command prints', () => {
  it('are read by programs that look at them first', () => {
    expect(sh('diff <(echo a) <(echo a) && echo same')).toBe('same\n');
    expect(sh('diff <(echo a) <(echo b)')).toBe('1c1\n< a\n---\n> b\n');
    expect(sh('test -e /dev/fd/77 || echo none')).toBe('none\n');
    expect(sh(`source <(echo 'x=5; f() { echo "in $1"; }'); f $x; echo 'echo more' | . /dev/stdin`)).toBe(
      'in 5\nmore\n',
    );
    expect(sh('echo x | test -p /dev/stdin && echo pipe')).toBe('pipe\n');
  });
});
