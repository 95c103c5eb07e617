import { expect, it } from 'vitest';
import { PROGRAMS } from '../../../../../sandbox/machine/programs/table.ts';
import { durationMs } from '../../../../../sandbox/time/units.ts';
import { copyRoom, newRoom, start } from '../../room.ts';

it('a copy of a machine under stress uses the memory that it had, no more', () => {
  const options = { programs: Object.fromEntries(PROGRAMS) };
  const room = newRoom(options);
  start(room, ['stress', '--vm', '1', '--vm-bytes', '64M']);
  room.loop.advance(durationMs(3500));
  const used = (of: typeof room): readonly number[] =>
    [...of.state.machine.processes.values()].map(({ memory }) => memory);
  const before = used(room);
  expect(Math.max(...before)).toBeGreaterThanOrEqual(64 * 2 ** 20);
  const copy = copyRoom(room, options);
  copy.loop.advance(durationMs(5000));
  expect(used(copy)).toEqual(before);
});
