// The first lesson, typed by a learner at a real terminal from the first screen to the end, in both languages, with a wrong try.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPty } from '../../src/host/shells/pty.ts';
import { soon } from './course/learner.ts';
import { play } from './pty.ts';

const pty = loadPty();

/** What the screen says at each moment, by language. */
const SAYS = {
  en: {
    welcome: 'all lessons, none is locked',
    card: 'Before you do it',
    diagnosis: 'could not fetch that image',
    ready: /goal ● a Pod named hello is Ready/,
    enter: /Enter: (?:read on|next step|what to take)/,
    undone: 'undone: kubectl run hello --image=learn/helo:1.0',
    debrief: 'What you take with you',
  },
  ja: {
    welcome: 'レッスン一覧',
    card: '実行する前に',
    diagnosis: '取得できませんでした',
    ready: /ゴール ● .*hello/,
    enter: /Enter: (?:続きを読む|次のステップ|まとめ)/,
    undone: '取り消し: kubectl run hello --image=learn/helo:1.0',
    debrief: '今回のまとめ',
  },
} as const;

describe.skipIf(pty === undefined)('the first lesson', () => {
  it.each(['en', 'ja'] as const)('can be played to its end in %s', async (lang) => {
    if (pty === undefined) return;
    const folder = mkdtempSync(join(tmpdir(), 'k8s-learn-e2e-'));
    const says = SAYS[lang];
    const player = play(pty, { columns: 80, rows: 24, args: ['--data-dir', folder, '--lang', lang] });
    /** All goals of a step hold: Enter reads on, and goes on behind the last page. */
    const onward = async (there: RegExp | string): Promise<void> => {
      const isThere = (): boolean => new RegExp(there).test(player.text());
      const page = (): string | undefined => /page \d+\/|\d+\/\d+ページ/.exec(player.text())?.[0];
      for (let turn = 0; turn < 9 && !isThere(); turn++) {
        await player.until(says.enter, 60);
        await player.prompt();
        const before = page();
        await player.type('\r');
        await soon(player, () => isThere() || page() !== before, 20);
      }
      await player.until(there);
    };
    const step = async (next: number): Promise<void> => {
      await onward(new RegExp(`(?:step|ステップ) ${next}/5`));
      await (next === 3 ? Promise.resolve() : player.prompt());
    };
    try {
      await player.until(says.welcome);
      await player.type('\r');

      // A prediction first.
      await player.until(says.card);
      await player.type('2');
      await player.until('~ $');

      // A wrong try: its diagnosis, and back.
      await player.prompt();
      await player.line('kubectl run hello --image=learn/helo:1.0');
      await player.until('pod/hello created');
      await player.prompt();
      await player.line('skip 20s');
      await player.until(/(?:goal|ゴール) \?/);
      await player.prompt();
      await player.line('check');
      await player.until(says.diagnosis);
      await player.prompt();
      await player.line('undo');
      await player.until(says.undone);
      await player.prompt();

      // The first command is put in by the menu; Enter runs it.
      await player.type('\x1b');
      await player.until(/i {2,}/);
      await player.type('i');
      await player.until('$ kubectl get nodes');
      await player.type('\r');
      await player.until('control-plane   Ready');
      await player.prompt();
      await player.line('kubectl run hello --image=learn/hello:1.0');
      await player.until(says.ready, 60);
      await step(2);

      await player.line('kubectl exec hello -- wget -qO- localhost:8080/version');
      await player.until('\n1.0\n');
      await player.prompt();
      await player.line('answer version 1.0');
      await step(3);

      await player.until(says.card);
      await player.type('1');
      await player.prompt();
      await player.line('kubectl delete pod hello');
      await player.until(/pod "hello" deleted/);
      await player.prompt(60);
      await player.line('kubectl run hello --image=learn/hello:1.0');
      await step(4);

      await player.line('kubectl run web --image=learn/hello:9.9');
      await player.until('pod/web created');
      await player.prompt();
      await player.line('skip 30s');
      await step(5);

      await player.line('kubectl set image pod/web web=learn/hello:1.0');
      await player.until('image updated');
      await player.prompt();
      await player.line('skip 2m');
      await onward(says.debrief);

      // Home, and out: the terminal is as it was.
      await player.type('q');
      await player.type('\x04');
      await player.until(says.welcome);
      await player.type('q');
      expect((await player.exit).exitCode).toBe(0);
      expect(player.isHome()).toBe(true);
      expect(player.written()).toMatch(/\x1b\[\?1049l$/);
    } finally {
      await player.end();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
