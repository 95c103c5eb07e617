import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { exec } from '../../../src/cli/exec.ts';
import { globalOptions } from '../../../src/cli/options.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

async function printed(script: string, own: Record<string, unknown> = {}): Promise<readonly [string, number]> {
  const file = join(mkdtempSync(join(tmpdir(), 'exec-')), 'script.sh');
  writeFileSync(file, script);
  let text = '';
  const take = (bytes: string | Uint8Array, done?: unknown): boolean => {
    text += Buffer.from(bytes).toString();
    if (typeof done === 'function') done();
    return true;
  };
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation(take as typeof stream.write);
  const status = await exec([file], own, globalOptions({}, {}));
  vi.restoreAllMocks();
  return [text, status];
}

test('the nodes of a script are ready when it begins, at the time that it is told', async () => {
  const script = "date -u +%FT%TZ; kubectl get nodes --no-headers | awk '{print $2}' | sort | uniq -c; exit 7";
  const [text, status] = await printed(script, { startTime: '2030-02-03T04:05:06Z' });
  expect(text).toBe('2030-02-03T04:05:06Z\n      3 Ready\n');
  expect(status).toBe(7);
});

test('what goes to both streams is printed in the order in which it was written', async () => {
  const script = 'echo a; echo b >&2; kubectl get pods; echo c; kubectl get pod nobody; echo d';
  const [text] = await printed(script);
  expect(text).toBe(
    'a\nb\nNo resources found in default namespace.\nc\nError from server (NotFound): pods "nobody" not found\nd\n',
  );
});
