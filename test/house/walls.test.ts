// The walls of the house: who may import whom, and who may touch the host.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

// Inside the repository, so that the tool finds the compiler that it parses with.
mkdirSync('.cache', { recursive: true });
const planted = mkdtempSync(resolve('.cache/house-'));
afterAll(() => rmSync(planted, { recursive: true }));

function sources(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(root, name).replaceAll('\\', '/'));
}

/** What the import table says about a tree: the names of the broken rules. */
function brokenRules(cwd: string): string[] {
  const args = ['--config', join(process.cwd(), '.dependency-cruiser.mjs'), '--output-type', 'json', 'sandbox'];
  const tool = join(process.cwd(), 'node_modules/.bin/depcruise');
  const { stdout } = spawnSync(tool, args, { cwd, encoding: 'utf8', maxBuffer: 64 << 20 });
  const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string } }[] } };
  return summary.violations.map(({ rule }) => rule.name);
}

/** Real time and chance, outside of the rooms that may have them. */
const HOST =
  /\bDate\.now\(|\bnew Date\(\)|\bset(Timeout|Interval|Immediate)\(|\bMath\.random\(|\bperformance\.now\(|\bprocess\.(hrtime|nextTick)|\bqueueMicrotask\(/;
const HOST_ROOMS = /^(sandbox\/(time\/pace|wire\/|remote\/)|src\/(cli|host|progress|tui|workshop|session))/;

const MODULE_STATE = /^(let|var) |^export (let|var) /m;

function touchesHost(text: string): boolean {
  return text.split('\n').some((line) => HOST.test(line) && !/^\s*(\/\/|\*|\/\*)/.test(line));
}

describe('the walls of the house', () => {
  it('bite: an import through a wall is found', () => {
    mkdirSync(join(planted, 'sandbox/controllers'), { recursive: true });
    mkdirSync(join(planted, 'sandbox/store'), { recursive: true });
    writeFileSync(join(planted, 'tsconfig.json'), '{}');
    writeFileSync(join(planted, 'sandbox/store/store.ts'), 'export const x = 1;\n');
    writeFileSync(
      join(planted, 'sandbox/controllers/a.ts'),
      "import { x } from '../store/store.ts';\nexport const y = x;\n",
    );
    expect(brokenRules(planted)).toEqual(['walls-of-sandbox-controllers']);
  });

  it('keep the clock and the dice of the host outside', () => {
    expect(touchesHost('const now = Date.now();')).toBe(true);
    const guilty = [...sources('sandbox'), ...sources('src')].filter(
      (file) => !HOST_ROOMS.test(file) && touchesHost(readFileSync(file, 'utf8')),
    );
    expect(guilty).toEqual([]);
  });

  it('leave no mutable state in modules of the sandbox', () => {
    expect(MODULE_STATE.test('let count = 0;')).toBe(true);
    const guilty = sources('sandbox').filter((file) => MODULE_STATE.test(readFileSync(file, 'utf8')));
    expect(guilty).toEqual([]);
  });
});
