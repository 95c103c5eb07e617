// What happens to the learner's own terminal: resized, killed, suspended, it is left as it was.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPty } from '../../src/host/shells/pty.ts';
import { type Player, type PlayOptions, play } from './pty.ts';

const pty = loadPty();

async function playing(columns: number, rows: number, run: (player: Player) => Promise<void>, env = {}): Promise<void> {
  await opened({ columns, rows, args: ['play', '--lang', 'en'], env }, async (player) => {
    await player.until('~ $');
    await run(player);
  });
}

/** The program with progress of its own, which is gone afterwards. */
async function opened(options: PlayOptions, run: (player: Player) => Promise<void>): Promise<void> {
  if (pty === undefined) return;
  const folder = mkdtempSync(join(tmpdir(), 'k8s-learn-e2e-'));
  const player = play(pty, { ...options, args: [...options.args, '--data-dir', folder] });
  try {
    await run(player);
  } finally {
    await player.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

describe.skipIf(pty === undefined)('the terminal', () => {
  it('is left clean by SIGTERM and by a hang-up', async () => {
    for (const [signal, status] of [
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const) {
      await playing(80, 24, async (player) => {
        player.kill(signal);
        expect((await player.exit).exitCode).toBe(status);
        expect(player.isHome()).toBe(true);
        expect(player.written()).toContain('\x1b[?2004l');
        expect(player.written()).toMatch(/\x1b\[\?25h\x1b\[\?1049l$/);
      });
    }
  });

  it('comes back as it was after it was suspended', async () => {
    await playing(80, 24, async (player) => {
      await player.line('echo before');
      await player.until(/^before/m);
      player.kill('SIGTSTP');
      await player.until(/^\s*$/);
      expect(player.isHome()).toBe(true);
      player.kill('SIGCONT');
      await player.until(/^before/m);
      await player.line('echo after');
      await player.until(/^after/m);
    });
  });

  it('may have any size at any time', async () => {
    await playing(80, 24, async (player) => {
      await player.line('echo here');
      await player.until(/^here/m);
      for (const [columns, rows] of [
        [140, 45],
        [80, 18],
        [20, 8],
        [200, 60],
        [80, 24],
      ] as const) {
        await player.resize(columns, rows);
        await player.until(columns < 60 ? 'needs' : /^here/m);
        for (const row of player.rows()) expect(row.length).toBeLessThanOrEqual(columns);
      }
      expect(player.rows().at(-1)).toBe('');
    });
  });

  it('breaks Japanese where Japanese is broken, in what was built as in the source', async () => {
    await opened(
      { columns: 140, rows: 45, args: ['learn', '01-first-steps/01-first-pod', '--lang', 'ja'] },
      async (player) => {
        await player.until('見てみましょう');
        expect(player.rows().filter((row) => /^ *[、。]/.test(row))).toEqual([]);
      },
    );
  });

  it('has vi in it, which takes the whole screen and hears of another size', async () => {
    await playing(80, 24, async (player) => {
      await player.line('vi pod.yaml');
      await player.until('"pod.yaml" [New]');
      await player.type('ikind: Pod');
      await player.until('-- INSERT --');
      await player.resize(100, 30);
      await player.until(/~\s*\n~\s*\n-- INSERT --/);
      await player.type('\x1b');
      await player.until(/All/);
      await player.line(':wq');
      await player.until('~ $');
      await player.line('cat pod.yaml');
      await player.until(/^kind: Pod/m);
    });
  });

  it('stops what runs with Ctrl-C, and completes lines', async () => {
    await playing(80, 24, async (player) => {
      await player.line('sleep 1000');
      await player.until('Ctrl-C stops');
      await player.type('\x03');
      await player.until('^C\n~ $');
      await player.type('kubectl get no\t');
      await player.until('kubectl get nodes');
    });
  });

  it('shows no colours where NO_COLOR is set', async () => {
    await playing(
      80,
      24,
      async (player) => {
        await player.line('ls --color /');
        await player.until('tmp');
        expect(player.written()).not.toMatch(/\x1b\[[0-9;]*3[0-7]m/);
      },
      { NO_COLOR: '1' },
    );
  });
});
