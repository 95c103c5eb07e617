// `--shell system`: the learner's own bash, zsh or PowerShell in the terminal pane, with a stock kubectl where there is one.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadPty } from '../../src/host/shells/pty.ts';
import { type Player, play } from './pty.ts';

const pty = loadPty();
const kubectl = process.env['K8S_LEARN_KUBECTL'] ?? 'kubectl';
const stock = spawnSync(kubectl, ['version', '--client'], { timeout: 20_000 }).status === 0;
const k9s = process.env['K8S_LEARN_K9S'] ?? 'k9s';
const hasK9s = spawnSync(k9s, ['version', '--short'], { timeout: 20_000 }).status === 0;
const bash = existsSync('/bin/bash');
/** Other shells that are on this machine, with what makes their prompt. */
const OTHERS = [
  {
    name: 'zsh',
    file: '/usr/bin/zsh',
    rc: '.zshrc',
    text: `PROMPT='mine> '\nexport KUBECONFIG=/production\n`,
    variable: '$KUBECONFIG',
  },
  {
    name: 'PowerShell',
    file: '/usr/bin/pwsh',
    rc: '.config/powershell/profile.ps1',
    text: `function prompt { 'mine> ' }\n`,
    variable: '$env:KUBECONFIG',
  },
].map((each) => ({ ...each, isThere: existsSync(each.file) }));
const home = mkdtempSync(join(tmpdir(), 'k8s-learn-home-'));
afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));

// What learners have in their settings leads elsewhere; ours has to be the last word.
writeFileSync(
  join(home, '.bashrc'),
  `PS1='mine> '\nexport KUBECONFIG=${home}/production\nalias k='${kubectl}' k9s='${k9s}'\n`,
);

/** `before` is seen and answered before the prompt is. */
async function sitting(
  args: readonly string[],
  run: (player: Player, data: string) => Promise<void>,
  before?: { readonly seen: string; readonly answer: string },
  shell = '/bin/bash',
): Promise<void> {
  if (pty === undefined) return;
  const data = mkdtempSync(join(tmpdir(), 'k8s-learn-e2e-'));
  const env = { HOME: home, SHELL: shell };
  const given = [...args, '--shell', 'system', '--data-dir', data, '--lang', 'en'];
  const player = play(pty, { columns: 110, rows: 40, args: given, env });
  try {
    if (before !== undefined) {
      // What has to be known of the shell comes first, as a page.
      await player.until('Esc closes');
      await player.type('\x1b');
      await player.until(before.seen);
      await player.type(before.answer);
    }
    await player.until('mine>');
    await run(player, data);
  } finally {
    await player.end();
    rmSync(data, { recursive: true, force: true });
  }
}

/** A page comes that says so, and is closed. */
async function pageThat(player: Player, what: RegExp): Promise<void> {
  await player.until('Esc closes');
  await player.until(what);
  await player.type('q');
  await player.until(/^(?![\s\S]*Esc closes)/);
}

function keyFiles(data: string): readonly string[] {
  const folder = join(data, 'shell');
  return existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
}

describe.skipIf(pty === undefined || !bash)('a shell of the own system', () => {
  it('has a private kubeconfig, says what it can not do, and leaves nothing behind', async () => {
    await sitting(['play'], async (player, data) => {
      await player.until(/leads to the simulated\s+cluster alone/);
      const [config = ''] = keyFiles(data).filter((file) => file.endsWith('config'));
      if (process.platform !== 'win32') expect(statSync(join(data, 'shell', config)).mode & 0o777).toBe(0o600);
      await player.line('echo "at $KUBECONFIG"');
      await player.until(`at ${join(data, 'shell')}`);
      await player.line('undo');
      await pageThat(player, /cannot\s+be\s+taken\s+back/);
      await player.line('why not ready');
      await pageThat(player, /ready/);
      await player.line('exit');
      await player.until('Enter begins');
      await player.type('\x1b');
      await player.until('all lessons');
      expect(keyFiles(data)).toEqual([]);
      await player.type('q');
      expect((await player.exit).exitCode).toBe(0);
      expect(player.isHome()).toBe(true);
    });
  });

  it('is gone with its files when the program is ended', async () => {
    await sitting(['play'], async (player, data) => {
      player.kill('SIGTERM');
      expect((await player.exit).exitCode).toBe(143);
      expect(player.isHome()).toBe(true);
      expect(keyFiles(data)).toEqual([]);
    });
  });

  it.skipIf(!stock)('a stock kubectl reaches a goal; checks, hints, the map and restart go on working', async () => {
    await sitting(
      ['learn', '01-first-steps/01-first-pod'],
      async (player) => {
        await player.type('\x1dh');
        await pageThat(player, /[Hh]int/);
        await player.line('k get nodes');
        await player.until(/worker-1 +Ready/);
        await player.line('k run hello --image=learn/hello:1.0');
        await player.until('pod/hello created');
        await player.until(/hello 1\/1/, 40);
        await player.line('check');
        await pageThat(player, /a Pod named hello is Ready/);
        await player.line('restart');
        await pageThat(player, /This step begins again/);
        await player.line('k get pods');
        await player.until('No resources found');
      },
      { seen: 'Where will it run?', answer: '2' },
    );
  });

  it.skipIf(!hasK9s)('a stock k9s runs in it: pods, logs, a description', async () => {
    await sitting(['play'], async (player) => {
      await player.line('k9s -n kube-system');
      await player.until(/Pods\(kube-system\)/);
      await player.until(/coredns-\S+ .*Running/);
      await player.type('d');
      await player.until(/Priority Class Name:/);
      await player.type('\x1b');
      await player.until(/Pods\(kube-system\)/);
      await player.type('l');
      await player.until(/Autoscroll:On/);
      await player.type('\x03');
      await player.until('mine>');
    });
  });
});

describe.skipIf(pty === undefined).each(OTHERS)(
  'a $name of the own system',
  ({ file, rc, text, variable, isThere }) => {
    it.skipIf(!isThere)('reads its own settings first, leads to the cluster, and knows the words', async () => {
      mkdirSync(dirname(join(home, rc)), { recursive: true });
      writeFileSync(join(home, rc), text);
      const run = async (player: Player, data: string): Promise<void> => {
        await player.line(`echo "at ${variable}"`);
        await player.until(`at ${join(data, 'shell')}`);
        await player.line('why not ready');
        await pageThat(player, /ready/);
        if (stock) {
          await player.line(`${kubectl} get nodes`);
          await player.until(/worker-1 +Ready/);
        }
        await player.line('exit');
        await player.until('Enter begins');
      };
      await sitting(['play'], run, undefined, file);
    });
  },
);

for (const { name, isThere } of OTHERS) if (!isThere) console.warn(`no ${name}: it was not tried in the pane`);
if (!hasK9s) console.warn('no stock k9s: it was not tried in a shell of the own system');
if (!stock) console.warn('no stock kubectl: what it does in a shell of the own system was not tried');
