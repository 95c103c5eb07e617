import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

it('the examples of docs/sandbox.md run', async () => {
  const text = readFileSync('docs/sandbox.md', 'utf8');
  const blocks = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code);
  expect(blocks.length).toBeGreaterThan(0);
  mkdirSync('.cache/documented', { recursive: true });
  for (const [index, code] of blocks.entries()) {
    const [source, bundle] = [`.cache/documented/${index}.ts`, `.cache/documented/${index}.mjs`];
    writeFileSync(source, code);
    await build({
      entryPoints: [source],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      alias: { 'k8s-learn/sandbox': resolve('sandbox/index.ts') },
      packages: 'external',
      logLevel: 'warning',
    });
    await import(pathToFileURL(resolve(bundle)).href);
  }
  rmSync('.cache/documented', { recursive: true });
});
