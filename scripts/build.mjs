// Bundles the program and the library into dist/, and lays beside it what is made once so that the program starts quickly.
// `--types` adds the library's type declarations, which only a package needs.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { buildDocs } from './schema/build-docs.mjs';
import { stamp } from './stamp.mjs';

const types = process.argv.includes('--types');

const COMMON = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  jsx: 'automatic',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
};

const MODULE = {
  ...COMMON,
  outdir: 'dist',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  // Libraries written as CommonJS ask for `require` when they are part of a module.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

const library = () => build({ ...MODULE, entryPoints: { sandbox: 'sandbox/index.ts' } });

/** What draws: a module, for its layout engine is waited for while it is loaded. */
const screen = () =>
  build({
    ...MODULE,
    entryPoints: { screen: 'src/tui/screen.tsx' },
    // The layout engine would fetch its own code, which is in the bundle already: Node loads half of its network for that.
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"', fetch: 'undefined' },
    alias: { 'string-width': 'fast-string-width' },
    external: ['react-devtools-core'],
  });

const SCREEN = './screen.js';
const IMPORT = `import("${SCREEN}")`;

/** A program as one script, for which Node keeps what it has compiled. */
async function script(entry, file) {
  const { outputFiles } = await build({
    ...COMMON,
    entryPoints: [entry],
    outfile: file,
    write: false,
    format: 'cjs',
    define: { 'import.meta.url': '__url' },
    banner: {
      js: `const __url = require('node:url').pathToFileURL(__filename).href;
const __bring = typeof __import === 'function' ? __import : (name) => import(name);`,
    },
    plugins: [
      {
        name: 'data as text',
        setup: ({ onLoad }) =>
          onLoad({ filter: /\.json$/ }, ({ path }) => ({
            contents: `module.exports = JSON.parse(${JSON.stringify(JSON.stringify(JSON.parse(readFileSync(path, 'utf8'))))})`,
            loader: 'js',
          })),
      },
      {
        name: 'the screen stays a module',
        setup: ({ onResolve }) =>
          onResolve({ filter: /\/screen\.tsx$/ }, ({ kind }) =>
            kind === 'dynamic-import' ? { path: SCREEN, external: true } : undefined,
          ),
      },
    ],
  });
  return ascii(outputFiles[0].text);
}

/** A script can't import; whoever loads it does. */
async function program() {
  const parts = (await script('src/cli.ts', 'dist/cli.cjs')).split(IMPORT);
  if (parts.length !== 2)
    throw new Error(`the program has to say ${IMPORT} once, and says it ${parts.length - 1} times`);
  writeFileSync('dist/cli.cjs', parts.join(`__bring("${SCREEN}")`));
}

/** kubectl alone. */
async function kubectl() {
  writeFileSync('dist/kubectl.cjs', await script('src/kubectlcli.ts', 'dist/kubectl.cjs'));
}

/** The script is read byte for byte (`bin/load.cjs`): esbuild escapes strings, but leaves regular expressions as they are. */
function ascii(code) {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist', { recursive: true });
await Promise.all([library(), screen(), program(), kubectl()]);
// What kinds and fields are for: read when somebody asks for it.
writeFileSync('dist/docs.json.br', brotliCompressSync(JSON.stringify(buildDocs())));
for (const script of ['scripts/course.ts', 'scripts/ready.ts'])
  execFileSync(process.execPath, ['scripts/run.mjs', script], { stdio: 'inherit' });
for (const name of ['cli', 'kubectl'])
  execFileSync(process.execPath, ['scripts/compile.cjs', name], { stdio: ['ignore', 'ignore', 'pipe'] });
if (types)
  execFileSync('npx', ['tsc', '-p', 'tsconfig.types.json'], { stdio: 'inherit', shell: process.platform === 'win32' });
writeFileSync('dist/.stamp', stamp());
