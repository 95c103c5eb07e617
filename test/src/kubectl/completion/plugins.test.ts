// What is typed behind a plugin is completed by a program of the plugin's own. The answers are those of kubectl 1.36.3.

import { expect, test } from 'vitest';
import { commandOnWorkstation } from '../onworkstation.ts';

const PLUGIN = '#!/bin/sh\necho hi\n';

const CASES: readonly (readonly [words: string, expected: string])[] = [
  ['f', 'foo\tThe command foo is a plugin installed by the user\n:4'],
  ['foo ""', 'bar\tThe command bar is a plugin installed by the user\none\tdesc one\nargs:\n:4'],
  ['foo "" a', 'one\tdesc one\nargs:  a\n:4'],
  ['foo b', 'bar\tThe command bar is a plugin installed by the user\none\tdesc one\nargs: b\n:4'],
  ['foo -n x --fl', 'one\tdesc one\nargs: -n x --fl\n:4'],
  ['foo bar ""', ':0'],
  ['my-plug ""', ':0'],
  ['baz qux ""', 'quux\tThe command quux is a plugin installed by the user\n:0'],
  ['my', 'my-plug\tThe command my-plug is a plugin installed by the user\n:4'],
  ['-n x fo', ':4'],
  ['-n x foo ""', ':0'],
  ['nope ""', ':0'],
];

test('plugins complete their words, and say themselves what may follow', () => {
  const asked = CASES.map(
    ([words]) => `echo "== ${words.replaceAll('"', '')}"; kubectl __complete ${words} 2>/dev/null`,
  );
  const line = `chmod +x kubectl*; PATH=$PWD:$PATH; ${asked.join('; ')}`;
  const { stdout } = commandOnWorkstation(line, {
    'kubectl-foo': PLUGIN,
    'kubectl-foo-bar': PLUGIN,
    'kubectl-my_plug': PLUGIN,
    'kubectl-baz-qux-quux': PLUGIN,
    'kubectl_complete-foo': '#!/bin/sh\nprintf "one\\tdesc one\\n"; echo "args: $*"; echo :4\n',
    'kubectl_complete-my_plug': '#!/bin/sh\necho hello\nexit 1\n',
  });
  const answers = stdout.split(/^== .*\n/m).slice(1);
  expect(answers).toEqual(CASES.map(([, expected]) => `${expected}\n`));
});

test('help lists plugins, and those who look for the reason are told what was called', () => {
  const line = 'chmod +x kubectl*; PATH=$PWD:$PATH; kubectl __complete foo x; kubectl --help | grep -A1 "by plugins"';
  const { stdout, stderr } = commandOnWorkstation(line, { 'kubectl-foo': PLUGIN });
  expect(stderr).toMatch(
    /^\[Debug\] Cleared global flags for plugin completion\n\[Debug\] About to look for: kubectl_complete-foo\n\[Debug\] Plugin kubectl-foo does not provide a matching completion executable\n/,
  );
  expect(stdout).toContain('Subcommands provided by plugins:\n  foo           The command foo is a plugin');
});
