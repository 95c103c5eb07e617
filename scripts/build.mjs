// Bundles the program and the library into dist/. `--types` adds the library's type declarations, which only a package needs.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { buildDocs } from './schema/build-docs.mjs';
import { stamp } from './stamp.mjs';

const types = process.argv.includes('--types');

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist', { recursive: true });
await build({
  entryPoints: { cli: 'src/cli.ts', sandbox: 'sandbox/index.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  jsx: 'automatic',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  external: ['@lydell/node-pty', 'react-devtools-core'],
  // Libraries written as CommonJS ask for `require` when they are part of a module.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
// What kinds and fields are for: read when somebody asks for it.
writeFileSync('dist/docs.json.br', brotliCompressSync(JSON.stringify(buildDocs())));
for (const script of ['scripts/course.ts', 'scripts/ready.ts'])
  execFileSync(process.execPath, ['scripts/run.mjs', script], { stdio: 'inherit' });
if (types)
  execFileSync('npx', ['tsc', '-p', 'tsconfig.types.json'], { stdio: 'inherit', shell: process.platform === 'win32' });
writeFileSync('dist/.stamp', stamp());
