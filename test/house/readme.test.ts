import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** `<!-- screen: NAME -->` and the fenced block behind it. */
const SCREEN = /(<!-- screen: ([\w.-]+) -->\n\n```\n)([\s\S]*?)(```\n)/g;

it('the readme shows the screens as they are; when they have changed, it is mended for the next run', () => {
  const text = readFileSync('README.md', 'utf8');
  const shown = [...text.matchAll(SCREEN)].map(([, , name]) => name);
  expect(shown).toEqual(['lesson-80x24.en', 'lesson-80x24.ja']);
  const fresh = text.replace(SCREEN, (_, head: string, name: string, _old: string, end: string) => {
    return head + readFileSync(`docs/screens/${name}.txt`, 'utf8') + end;
  });
  if (fresh !== text) writeFileSync('README.md', fresh);
  expect(text).toBe(fresh);
});

it('the readme names only commands that there are', () => {
  const text = readFileSync('README.md', 'utf8');
  const known = ['src/cli.ts', 'src/kubectlcli.ts'].map((file) => readFileSync(file, 'utf8')).join('');
  const named = [...text.matchAll(/^\| `k8s-learn (\w+)/gm)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(5);
  for (const name of named) expect(known).toContain(`usage: '${name}`);
});
