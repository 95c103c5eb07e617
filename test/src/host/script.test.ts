import { expect, it } from 'vitest';
import { runHostScript } from '../../../src/host/script.ts';

const RUN = { timeoutMs: 20_000, programs: new Map(), env: {} };

it('ends with its shell, whatever that leaves in the background', async () => {
  const began = Date.now();
  expect(await runHostScript('sleep 30 & echo done', RUN)).toEqual({ status: 0, output: 'done\n' });
  expect(Date.now() - began).toBeLessThan(15_000);
});

it('is killed with all that it started when its time is up', async () => {
  const ended = await runHostScript('sleep 30 | cat', { ...RUN, timeoutMs: 200 });
  expect(ended.status).toBeUndefined();
});
