// Runs one TypeScript entry point of the repository: bundles it in memory with esbuild and imports the result.
// Usage: node scripts/run.mjs FILE.ts [ARGS...]
import { mkdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [entry, ...args] = process.argv.slice(2);
if (entry === undefined) {
  console.error('usage: node scripts/run.mjs FILE.ts [ARGS...]');
  process.exit(2);
}
const outdir = resolve('.cache/run');
mkdirSync(outdir, { recursive: true });
const outfile = resolve(outdir, `${basename(entry).replace(/\.tsx?$/, '')}-${process.pid}.mjs`);
await build({
  entryPoints: [entry],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  sourcemap: 'inline',
  loader: { '.json': 'json' },
  logLevel: 'warning',
});
// A program that starts itself again finds itself here.
process.argv = [process.argv[0], outfile, ...args];
process.setSourceMapsEnabled(true);
process.on('exit', () => {
  rmSync(outfile, { force: true });
});
const { rmSync } = await import('node:fs');
await import(pathToFileURL(outfile).href);
