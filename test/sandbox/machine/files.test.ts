import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textOf, ZEROS } from '../../../sandbox/machine/bytes.ts';
import {
  appendContent,
  contentOf,
  contentSize,
  readContent,
  truncateContent,
  writeContent,
} from '../../../sandbox/machine/files/content.ts';
import { mountOnHost, unmountOnHost } from '../../../sandbox/machine/runtime/mounting.ts';
import { createVolume, giveToGroup, volumeFiles, writePayload } from '../../../sandbox/machine/runtime/volumes.ts';
import { type Blocking, type Program, type Sys, SysError } from '../../../sandbox/machine/sys.ts';
import { durationMs, timeMs } from '../../../sandbox/time/units.ts';
import { hostOf, newRoom, type Room, run } from './room.ts';

type Act = (sys: Sys) => unknown;

/** What each act answers, or the error that it ends with; run by one process, as root unless told otherwise. */
function tried(
  acts: readonly (Act | ((sys: Sys) => Blocking<unknown>))[],
  prepare: (room: Room) => void = () => {},
): readonly unknown[] {
  const answers: unknown[] = [];
  const program: Program = function* (sys) {
    for (const act of acts) {
      try {
        const result = act(sys);
        answers.push(isGenerator(result) ? yield* result : result);
      } catch (error) {
        if (!(error instanceof SysError)) throw error;
        answers.push(error.code);
      }
    }
    return 0;
  };
  const room = newRoom({ programs: { it: program } });
  prepare(room);
  run(room, ['it']);
  return answers;
}

function isGenerator(value: unknown): value is Blocking<unknown> {
  return typeof value === 'object' && value !== null && 'next' in value && typeof value.next === 'function';
}

const write = (path: string, text: string, flags = {}) =>
  function* (sys: Sys): Blocking<void> {
    const fd = yield* sys.open(path, { write: true, create: true, ...flags });
    yield* sys.write(fd, text);
    sys.close(fd);
  };

const read = (path: string) =>
  function* (sys: Sys): Blocking<string> {
    const fd = yield* sys.open(path, { read: true });
    let text = '';
    for (;;) {
      const bytes = yield* sys.read(fd);
      if (bytes.length === 0) break;
      text += textOf(bytes);
    }
    sys.close(fd);
    return text;
  };

describe('files', () => {
  it('are created, appended to, written over and cut', () => {
    expect(
      tried([
        write('/tmp/a', 'hello '),
        write('/tmp/a', 'world', { append: true }),
        read('/tmp/a'),
        write('/tmp/a', 'J'),
        read('/tmp/a'),
        (sys) => sys.truncate('/tmp/a', 5),
        read('/tmp/a'),
        write('/tmp/a', 'x', { truncate: true }),
        (sys) => sys.stat('/tmp/a').size,
        write('/tmp/a', 'x', { exclusive: true }),
        write('/nowhere/a', 'x'),
        read('/tmp/b'),
        read('/tmp'),
      ]).slice(2),
    ).toEqual([
      'hello world',
      undefined,
      'Jello world',
      undefined,
      'Jello',
      undefined,
      1,
      'EEXIST',
      'ENOENT',
      'ENOENT',
      'EISDIR',
    ]);
  });

  it('keep what was read of them when they lose their name', () => {
    expect(
      tried([
        write('/tmp/a', 'hello'),
        function* (sys) {
          const fd = yield* sys.open('/tmp/a', { read: true });
          sys.unlink('/tmp/a');
          const text = textOf(yield* sys.read(fd));
          sys.close(fd);
          return text;
        },
        (sys) => sys.access('/tmp/a', 4),
      ]),
    ).toEqual([undefined, 'hello', false]);
  });

  it('have several names, and go with the last', () => {
    expect(
      tried([
        write('/tmp/a', 'one'),
        (sys) => sys.link('/tmp/a', '/tmp/b'),
        write('/tmp/b', 'two'),
        read('/tmp/a'),
        (sys) => sys.stat('/tmp/a').links,
        (sys) => sys.unlink('/tmp/a'),
        (sys) => sys.stat('/tmp/b').links,
        (sys) => sys.link('/tmp', '/tmp/c'),
        (sys) => sys.link('/tmp/b', '/dev/shm/b'),
      ]).slice(3),
    ).toEqual(['two', 2, undefined, 1, 'EPERM', 'EXDEV']);
  });

  it('move, and replace what they are moved to', () => {
    expect(
      tried([
        write('/tmp/a', 'a'),
        write('/tmp/b', 'b'),
        (sys) => sys.rename('/tmp/a', '/tmp/b'),
        read('/tmp/b'),
        (sys) => sys.mkdir('/tmp/d'),
        (sys) => sys.mkdir('/tmp/d/e'),
        (sys) => sys.rename('/tmp/d', '/tmp/d/e/f'),
        (sys) => sys.rename('/tmp/b', '/tmp/d'),
        (sys) => sys.rename('/tmp/d', '/tmp/b'),
        (sys) => sys.mkdir('/tmp/full'),
        write('/tmp/full/x', 'x'),
        (sys) => sys.rename('/tmp/d', '/tmp/full'),
        (sys) => sys.rename('/tmp/d/e', '/tmp/e'),
        (sys) => sys.readdir('/tmp'),
        (sys) => sys.rename('/tmp/b', '/dev/shm/b'),
        (sys) => sys.rename('/proc', '/tmp/proc'),
      ]).slice(3),
    ).toEqual([
      'b'.replace('b', 'a'),
      undefined,
      undefined,
      'EINVAL',
      'EISDIR',
      'ENOTDIR',
      undefined,
      undefined,
      'ENOTEMPTY',
      undefined,
      ['b', 'd', 'e', 'full'],
      'EXDEV',
      'EBUSY',
    ]);
  });

  it('are reached through links, as far as these lead anywhere', () => {
    expect(
      tried([
        write('/tmp/a', 'text'),
        (sys) => sys.symlink('a', '/tmp/link'),
        (sys) => sys.symlink('/tmp', '/tmp/self'),
        (sys) => sys.symlink('loop2', '/tmp/loop1'),
        (sys) => sys.symlink('loop1', '/tmp/loop2'),
        (sys) => sys.symlink('gone', '/tmp/dangling'),
        read('/tmp/self/self/link'),
        (sys) => [sys.lstat('/tmp/link').type, sys.stat('/tmp/link').type, sys.readlink('/tmp/link')],
        (sys) => sys.stat('/tmp/loop1'),
        (sys) => sys.stat('/tmp/dangling'),
        write('/tmp/dangling', 'made'),
        read('/tmp/gone'),
        (sys) => sys.readlink('/tmp/a'),
        (sys) => sys.unlink('/tmp/link'),
        read('/tmp/a'),
        (sys) => sys.stat('/tmp/a/b'),
        (sys) => sys.stat('/tmp/a/'),
        (sys) => sys.stat(`/tmp/${'x'.repeat(300)}`),
        (sys) => sys.stat('/tmp/../../../etc/./passwd').type,
      ]).slice(6),
    ).toEqual([
      'text',
      ['symlink', 'file', 'a'],
      'ELOOP',
      'ENOENT',
      undefined,
      'made',
      'EINVAL',
      undefined,
      'text',
      'ENOTDIR',
      'ENOTDIR',
      'ENAMETOOLONG',
      'file',
    ]);
  });

  it('are guarded by owner, group and mode, which bind everybody but root', () => {
    const asWeb = (act: Act) => (sys: Sys) => {
      sys.setUser(100, 101, [5]);
      return act(sys);
    };
    expect(
      tried([
        write('/tmp/secret', 'x'),
        (sys) => sys.chmod('/tmp/secret', 0o640),
        (sys) => sys.chown('/tmp/secret', 0, 5),
        write('/tmp/closed', 'x'),
        (sys) => sys.chmod('/tmp/closed', 0o600),
        (sys) => sys.mkdir('/tmp/dark', 0o700),
        (sys) => sys.umask(0o027),
        write('/tmp/mine', 'x'),
        (sys) => sys.stat('/tmp/mine').mode.toString(8),
        asWeb((sys) => sys.uid),
        read('/tmp/secret'),
        read('/tmp/closed'),
        write('/tmp/secret', 'y'),
        (sys) => sys.stat('/tmp/dark/x'),
        (sys) => sys.readdir('/tmp/dark'),
        (sys) => sys.unlink('/tmp/secret'),
        (sys) => sys.chmod('/tmp/secret', 0o777),
        (sys) => sys.mkdir('/etc/x'),
        write('/tmp/own', 'x'),
        (sys) => sys.chown('/tmp/own', 0, 0),
        (sys) => sys.chown('/tmp/own', 100, 5),
        (sys) => sys.chroot('/tmp'),
        (sys) => sys.setUser(0, 0),
        (sys) => [sys.access('/tmp/secret', 4), sys.access('/tmp/secret', 2), sys.access('/tmp/nothing', 4)],
      ]).slice(8),
    ).toEqual([
      '640',
      100,
      'x',
      'EACCES',
      'EACCES',
      'EACCES',
      'EACCES',
      'EACCES',
      'EPERM',
      'EACCES',
      undefined,
      'EPERM',
      undefined,
      'EPERM',
      'EPERM',
      [true, false, false],
    ]);
  });

  it('of a setgid folder get its group', () => {
    expect(
      tried([
        (sys) => sys.mkdir('/tmp/shared'),
        (sys) => sys.chown('/tmp/shared', 0, 2000),
        (sys) => sys.chmod('/tmp/shared', 0o2775),
        write('/tmp/shared/f', 'x'),
        (sys) => sys.mkdir('/tmp/shared/d'),
        (sys) => [
          sys.stat('/tmp/shared/f').gid,
          sys.stat('/tmp/shared/d').gid,
          (sys.stat('/tmp/shared/d').mode & 0o2000) !== 0,
        ],
      ]).at(-1),
    ).toEqual([2000, 2000, true]);
  });

  it('of an image are shared, and changed only for whoever changes them', () => {
    const room = newRoom({ programs: { it: changing } });
    run(room, ['it']);
    const { fs } = hostOf(room).root;
    expect(fs.usedBytes).toBeGreaterThan(0);
    expect(fs.usedBytes).toBeLessThan(200);
    expect(fs.lower && room.kernel.lower(fs.lower).every((inode) => inode.type !== 'file' || inode.links === 1)).toBe(
      true,
    );
  });
});

const changing: Program = function* (sys) {
  const fd = yield* sys.open('/etc/passwd', { write: true, append: true });
  yield* sys.write(fd, 'new:x:1:1::/:/bin/sh\n');
  sys.close(fd);
  sys.unlink('/etc/group');
  return 0;
};

describe('devices and fifos', () => {
  it('give and take what they should', () => {
    expect(
      tried([
        read('/dev/null'),
        write('/dev/null', 'gone'),
        write('/dev/full', 'x'),
        function* (sys) {
          const zero = yield* sys.open('/dev/zero', { read: true });
          const random = yield* sys.open('/dev/urandom', { read: true });
          const first = textOf(yield* sys.read(random, 8));
          return [(yield* sys.read(zero, 3)).join(), first === textOf(yield* sys.read(random, 8))];
        },
        (sys) => sys.lstat('/dev/null').type,
        read('/dev/tty'),
        write('/dev/stdout', 'out'),
        (sys) => sys.readlink('/dev/stdout'),
      ]),
    ).toEqual(['', undefined, 'ENOSPC', ['0,0,0', false], 'device', 'ENXIO', undefined, '/proc/self/fd/1']);
  });

  it('let a fifo’s ends wait for one another', () => {
    const writer: Program = function* (sys) {
      yield* sys.sleep(durationMs(50));
      const fd = yield* sys.open('/tmp/fifo', { write: true });
      yield* sys.write(fd, 'through');
      return 0;
    };
    const reader: Program = function* (sys) {
      sys.mkfifo('/tmp/fifo');
      sys.spawn(['writer']);
      const before = sys.now();
      const fd = yield* sys.open('/tmp/fifo', { read: true });
      const text = textOf(yield* sys.read(fd));
      const end = yield* sys.read(fd);
      yield* sys.write(1, JSON.stringify([sys.now() - before, text, end.length]));
      return 0;
    };
    const room = newRoom({ programs: { reader, writer } });
    expect(run(room, ['reader']).stdout).toBe('[50,"through",0]');
  });
});

describe('a disk', () => {
  it('that is full refuses more, and has room again after a removal', () => {
    const fill = function* (sys: Sys): Blocking<string> {
      const fd = yield* sys.open('/tmp/big', { write: true, create: true });
      try {
        for (;;) yield* sys.write(fd, ZEROS);
      } catch (error) {
        return error instanceof SysError ? error.code : 'other';
      } finally {
        sys.close(fd);
      }
    };
    const answers = tried(
      [
        fill,
        write('/tmp/more', 'x'.repeat(70_000)),
        (sys) => sys.statfs('/').free < 65_536,
        (sys) => sys.unlink('/tmp/big'),
        write('/tmp/more', 'x'),
      ],
      (room) => {
        hostOf(room).disk.size = 10_000_000;
      },
    );
    expect(answers).toEqual(['ENOSPC', 'ENOSPC', true, undefined, undefined]);
  });

  it('bounds what all files take of the simulating machine, where they are not zeros', () => {
    const flood = function* (sys: Sys): Blocking<string> {
      const fd = yield* sys.open('/tmp/big', { write: true, create: true });
      try {
        for (let i = 0; ; i++) yield* sys.write(fd, `${i}`.repeat(10_000));
      } catch (error) {
        return error instanceof SysError ? error.code : 'other';
      }
    };
    const zeros = function* (sys: Sys): Blocking<number> {
      const fd = yield* sys.open('/tmp/zeros', { write: true, create: true });
      for (let i = 0; i < 1000; i++) yield* sys.write(fd, ZEROS);
      return sys.fstat(fd).size;
    };
    let room: Room | undefined;
    const answers = tried([zeros, flood], (made) => {
      room = made;
      made.kernel.state.stored = made.kernel.bounds.storedBytes - 1_000_000;
    });
    expect(answers).toEqual([65_536_000, 'ENOSPC']);
    expect(room?.state.machine.stored).toBeLessThan((room?.kernel.bounds.storedBytes ?? 0) + 100_000);
  });
});

describe('volumes', () => {
  it('outlive their mounts, keep to their limit, and can be read-only', () => {
    const answers = tried(
      [
        write('/data/a', 'kept'),
        write('/data/big', 'x'.repeat(2000)),
        read('/again/a'),
        write('/again/b', 'x'),
        (sys) => sys.rename('/data/a', '/again/a'),
        (sys) => sys.unlink('/data'),
        (sys) => [sys.statfs('/data').type, sys.statfs('/data').target, sys.statfs('/data').size],
      ],
      (room) => {
        const host = hostOf(room);
        createVolume(room.kernel, { name: 'v', host, limit: 1000 });
        mountOnHost(room.kernel, host, '/data', 'v', false);
        mountOnHost(room.kernel, host, '/again', 'v', true);
      },
    );
    expect(answers).toEqual([undefined, 'ENOSPC', 'kept', 'EROFS', 'EXDEV', 'EBUSY', ['ext4', '/data', 1000]]);
  });

  it('are unmounted again', () => {
    const room = newRoom({ programs: { it: changing } });
    const host = hostOf(room);
    createVolume(room.kernel, { name: 'v', host });
    mountOnHost(room.kernel, host, '/data', 'v', false);
    unmountOnHost(room.kernel, host, '/data');
    expect(host.root.over.size).toBe(3);
    expect(room.state.machine.volumes.get('v')?.opens.size).toBe(0);
  });

  it('with payload change all at once, through one link', () => {
    const room = newRoom({ programs: { it: changing } });
    createVolume(room.kernel, { name: 'config', host: hostOf(room) });
    const files = volumeFiles(room.kernel, 'config');
    const payload = (...all: readonly (readonly [string, string])[]) =>
      all.map(([path, text]) => ({ path, data: new TextEncoder().encode(text) }));
    expect(writePayload(room.kernel, 'config', payload(['a', '1'], ['dir/b', '2']), {})).toBe(true);
    const [first = ''] = files.list('/');
    expect(files.list('/')).toEqual([first, '..data', 'a', 'dir']);
    expect(first).toMatch(/^\.\.2026_01_01_00_00_00\.\d{9}$/);
    expect([files.readText('/a'), files.readText('/dir/b')]).toEqual(['1', '2']);

    expect(writePayload(room.kernel, 'config', payload(['a', '1'], ['dir/b', '2']), {})).toBe(false);
    expect(files.list('/')[0]).toBe(first);

    expect(writePayload(room.kernel, 'config', payload(['a', '3'], ['c', '4']), { gid: 7 })).toBe(true);
    const [second = ''] = files.list('/');
    expect(second).not.toBe(first);
    expect(files.list('/')).toEqual([second, '..data', 'a', 'c']);
    expect(files.readText('/a')).toBe('3');
    expect(files.stat('/c').gid).toBe(7);
  });

  it('can be handed to a group', () => {
    const room = newRoom({ programs: { it: changing } });
    createVolume(room.kernel, { name: 'v', host: hostOf(room), mode: 0o755 });
    const files = volumeFiles(room.kernel, 'v');
    files.write('/a', 'x', { mode: 0o644 });
    giveToGroup(room.kernel, 'v', 2000);
    expect(files.stat('/').mode).toBe(0o2775);
    expect([files.stat('/a').gid, files.stat('/a').mode]).toEqual([2000, 0o664]);
  });
});

describe('contents', () => {
  it('are what a plain array of bytes would be, whatever is written', () => {
    const act = fc.oneof(
      fc.record({ do: fc.constant('append' as const), bytes: fc.uint8Array({ maxLength: 9 }) }),
      fc.record({ do: fc.constant('write' as const), at: fc.nat(60), bytes: fc.uint8Array({ maxLength: 9 }) }),
      fc.record({ do: fc.constant('truncate' as const), at: fc.nat(60) }),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 120 }), fc.nat(40), fc.nat(40), (acts, from, limit) => {
        const content = contentOf(new Uint8Array(0));
        let plain: number[] = [];
        for (const one of acts) {
          if (one.do === 'append') {
            appendContent(content, one.bytes);
            plain.push(...one.bytes);
          } else if (one.do === 'truncate') {
            truncateContent(content, one.at);
            plain = [...plain.slice(0, one.at), ...new Array(Math.max(0, one.at - plain.length)).fill(0)];
          } else {
            writeContent(content, one.at, one.bytes);
            while (plain.length < one.at) plain.push(0);
            plain.splice(one.at, one.bytes.length, ...one.bytes);
          }
        }
        expect(contentSize(content)).toBe(plain.length);
        expect([...readContent(content, 0, 1e6)]).toEqual(plain);
        expect([...readContent(content, from, limit)]).toEqual(plain.slice(from, from + limit));
      }),
    );
  });

  it('of a long log lie in few blocks', () => {
    const content = contentOf(new Uint8Array(0));
    for (let i = 0; i < 20_000; i++) appendContent(content, new Uint8Array(50).fill(i));
    expect(content.blocks.length).toBeLessThan(300);
    expect(content.cost).toBe(1_000_000);
  });
});

describe('times', () => {
  it('of files can be set', () => {
    expect(
      tried([write('/tmp/a', 'x'), (sys) => sys.utimes('/tmp/a', timeMs(5)), (sys) => sys.stat('/tmp/a').modified]).at(
        -1,
      ),
    ).toBe(5);
  });
});
