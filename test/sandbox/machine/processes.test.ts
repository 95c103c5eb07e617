import { describe, expect, it } from 'vitest';
import type { Program } from '../../../sandbox/machine/sys.ts';
import { newRoom, run } from './room.ts';

const hello: Program = function* (sys) {
  yield* sys.write(1, `hello from ${sys.argv.join(' ')}\n`);
  return 3;
};

describe('a process', () => {
  it('prints and ends with its status', () => {
    const room = newRoom({ programs: { hello } });
    expect(run(room, ['hello', 'you'])).toEqual({ stdout: 'hello from hello you\n', stderr: '', status: 3 });
  });
});
