// Which shell of the learner's own system is opened, how it is started, and what is seen of the folder that it works in.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { chooseShell } from '../../../src/host/shells/choose.ts';
import { fillFolder, folderWatch, NO_CHANGES } from '../../../src/host/shells/folder.ts';
import { startupOf } from '../../../src/host/shells/startup.ts';

const there =
  (...files: readonly string[]) =>
  (file: string): boolean =>
    files.includes(file);

it('the usual shell is opened when we know how it starts, else the first on the PATH', () => {
  const search = { windows: false, env: { SHELL: '/bin/zsh', PATH: '/usr/bin:/bin' } };
  expect(chooseShell({ ...search, exists: there('/bin/zsh', '/bin/bash') })).toEqual({ kind: 'zsh', file: '/bin/zsh' });
  expect(chooseShell({ ...search, exists: there('/usr/bin/bash') })?.file).toBe('/usr/bin/bash');
  expect(
    chooseShell({ windows: false, env: { SHELL: '/usr/bin/fish', PATH: '/bin' }, exists: there('/bin/bash') }),
  ).toEqual({ kind: 'bash', file: '/bin/bash' });
  expect(chooseShell({ windows: false, env: {}, exists: there() })).toBeUndefined();
});

const options = {
  folder: "/data/it's",
  kubeconfig: "/data/it's/config",
  words: ['hint', 'check'],
  nonce: 'n0',
  env: {
    PATH: '/bin',
    KUBECONFIG: '/home/me/.kube/config',
    HELM_KUBECONTEXT: 'production',
    LANG: 'C',
    GONE: undefined,
  },
};

it.each(['bash', 'zsh', 'powershell'] as const)('no setting leads %s to another cluster', (kind) => {
  const { env } = startupOf(kind, options);
  expect(env).toMatchObject({ KUBECONFIG: options.kubeconfig, LANG: 'C', TERM: 'xterm-256color' });
  expect(Object.keys(env)).not.toContain('HELM_KUBECONTEXT');
  expect(Object.keys(env)).not.toContain('GONE');
});

it("the learner's own settings come first, ours last", () => {
  const bash = startupOf('bash', options);
  const [, rc = ''] = bash.args;
  expect(bash.files.get(rc)).toMatch(
    /^\[ -f ~\/\.bashrc \] && \. ~\/\.bashrc\nexport KUBECONFIG='\/data\/it'\\''s\/config'\n/,
  );
  const zsh = startupOf('zsh', options).files.get(`${options.folder}/.zshrc`) ?? '';
  expect(zsh.indexOf('ZDOTDIR/.zshrc')).toBeLessThan(zsh.indexOf('export KUBECONFIG'));
  expect(startupOf('powershell', options).args.at(-1)).toContain("$env:KUBECONFIG = '/data/it''s/config'");
});

it('what changes and goes in the working folder is seen once; hidden files are not looked at', () => {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-learn-work-'));
  fillFolder(folder, { 'a.yaml': 'a', 'sub/b.yaml': 'b' });
  const changed = folderWatch(folder);
  expect(changed()).toEqual(NO_CHANGES);
  writeFileSync(join(folder, 'a.yaml'), 'another');
  writeFileSync(join(folder, '.secret'), 'x');
  expect(changed()).toEqual({ files: { 'a.yaml': 'another' }, removed: [] });
  expect(changed()).toEqual(NO_CHANGES);
  fillFolder(folder, { 'a.yaml': 'a' });
  expect(changed()).toEqual(NO_CHANGES);
  rmSync(join(folder, 'sub'), { recursive: true });
  expect(changed()).toEqual({ files: {}, removed: ['sub/b.yaml'] });
  expect(changed()).toEqual(NO_CHANGES);
  rmSync(folder, { recursive: true });
});
