import { describe, expect, it } from 'vitest';
import { jq } from '../../../../sandbox/machine/programs/jq/jq.ts';
import type { Program } from '../../../../sandbox/machine/sys.ts';
import { newRoom, run, start } from '../room.ts';
import recorded from './jq.json' with { type: 'json' };

const echo: Program = function* (sys) {
  yield* sys.write(1, sys.argv.slice(1).join(' '));
  return 0;
};

function filter(args: readonly string[], input: string) {
  const room = newRoom({ programs: { jq: jq('gnu'), echo } });
  const command = start(room, ['jq', ...args]);
  command.type(input);
  command.end();
  room.loop.advance(60_000 as Parameters<typeof room.loop.advance>[0]);
  return command.output();
}

describe('jq', () => {
  const input = JSON.stringify(recorded.input);
  it.each(recorded.cases.map(([program, output, status]) => ({ program, output, status })))(
    'prints what was recorded: $program',
    ({ program, output, status }) => {
      const ran = filter(['-c', String(program)], input);
      expect([ran.stdout, ran.status === 0]).toEqual([output, status === undefined]);
    },
  );

  it('has the everyday flags', () => {
    expect(filter(['.'], '{"b":[1,{}],"a":"x"}').stdout).toBe('{\n  "b": [\n    1,\n    {}\n  ],\n  "a": "x"\n}\n');
    expect(filter(['-r', '.a'], '{"a":"x y"}').stdout).toBe('x y\n');
    expect(filter(['-S', '-c', '.'], '{"b":1,"a":2}').stdout).toBe('{"a":2,"b":1}\n');
    expect(filter(['-n', '--arg', 'x', '1', '--argjson', 'y', '[2]', '-c', '[$x,$y]'], '').stdout).toBe('["1",[2]]\n');
    expect(filter(['-s', '-c', '.'], '1 2\n3').stdout).toBe('[1,2,3]\n');
    expect(filter(['-R', '.'], 'a\nb\n').stdout).toBe('"a"\n"b"\n');
    expect(filter(['-e', '.a'], '{}').status).toBe(1);
    expect(filter(['-n', '[inputs]', '-c'], '1 2').stdout).toBe('[1,2]\n');
    expect(filter(['-rn', '$ARGS.positional[1]', '--args', 'a', 'b'], '').stdout).toBe('b\n');
  });

  it('says what is wrong', () => {
    expect(filter(['.a'], '[1]')).toMatchObject({
      status: 5,
      stderr: 'jq: error (at <stdin>:0): Cannot index array with string "a"\n',
    });
    expect(filter(['.a'], '1\n"x"\n')).toMatchObject({
      status: 5,
      stderr:
        'jq: error (at <stdin>:1): Cannot index number with string "a"\njq: error (at <stdin>:2): Cannot index string with string "a"\n',
    });
    expect(filter(['-n', '1|.a'], '').stderr).toContain('(at <unknown>)');
    expect(filter(['.a'], '{')).toMatchObject({ status: 2 });
    expect(filter(['foo'], '{}')).toMatchObject({
      status: 3,
      stderr: 'jq: error: foo/0 is not defined at <top-level>, line 1:\nfoo\njq: 1 compile error\n',
    });
    expect(filter(['[repeat(1)]'], '1')).toMatchObject({ status: 5 });
  });

  it.each([
    ['x\n', 'Invalid numeric literal at line 2, column 0'],
    ['x', 'Invalid numeric literal at EOF at line 1, column 1'],
    ['nulll\n', 'Invalid literal at line 2, column 0'],
    ['{a:1}', 'Invalid numeric literal at line 1, column 3'],
    ['{"a":1\n', 'Unfinished JSON term at EOF at line 2, column 0'],
    ['[1,]', 'Expected another array element at line 1, column 4'],
  ])('%j is no JSON, and jq says where', (text, said) => {
    expect(filter(['.'], text)).toMatchObject({ status: 2, stderr: `parse error: ${said}\n` });
  });

  it('keeps keys that mean something to the host', () => {
    expect(filter(['-c', '.__proto__, keys_unsorted'], '{"__proto__":1,"10":2,"9":3}').stdout).toBe(
      '1\n["__proto__","10","9"]\n',
    );
  });

  it('is the same when it is run alone', () => {
    const room = newRoom({ programs: { jq: jq('gnu') } });
    expect(run(room, ['jq', '-n', '1+1']).stdout).toBe('2\n');
  });
});
