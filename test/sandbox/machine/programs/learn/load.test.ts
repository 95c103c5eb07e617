import { describe, expect, it } from 'vitest';
import { load } from '../../../../../sandbox/machine/programs/learn/workers.ts';
import { durationMs } from '../../../../../sandbox/time/units.ts';
import { copyRoom, newRoom, start } from '../../room.ts';

describe('load', () => {
  it('counts on in a copy, at whatever moment it was made', () => {
    const options = { programs: { load: load('gnu') } };
    for (const ms of [150, 3210, 9950, 10_000, 10_050, 17_500]) {
      const room = newRoom(options);
      const command = start(room, ['load', '-q', '-r', '5', '-d', '30s', 'http://127.0.0.1']);
      room.loop.advance(durationMs(ms));
      const twin = copyRoom(room, options);
      room.loop.advance(durationMs(60_000));
      twin.loop.advance(durationMs(60_000));
      const original = command.output();
      expect(original).toMatchObject({ status: 1, stdout: expect.stringContaining('sent 150, failed 150') });
      expect(command.inCopy(twin).output()).toEqual(original);
    }
  });
});
