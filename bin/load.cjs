// Loads the program, with what Node compiled of it when it was built: reading that is much quicker than compiling anew.
'use strict';

const { existsSync, readFileSync } = require('node:fs');
const nodeModule = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { cachedDataVersionTag } = require('node:v8');
const vm = require('node:vm');

const DIST = path.join(__dirname, '..', 'dist');
const FILE = path.join(DIST, 'cli.cjs');
/** Only the same Node can read it, so it is no part of the package. */
const COMPILED = path.join(DIST, `cli-${cachedDataVersionTag()}.compiled`);

/** The program's file as a script. The bundle is ASCII. */
function script(cachedData) {
  const text = readFileSync(FILE, 'latin1');
  const wrapped = `(function(exports,require,module,__filename,__import){${text}\n})`;
  return new vm.Script(wrapped, { filename: FILE, cachedData });
}

/** What the program exports. */
function run(program) {
  const module = { exports: {} };
  const base = pathToFileURL(FILE);
  const bring = (name) => import(new URL(name, base));
  program.runInThisContext()(module.exports, nodeModule.createRequire(FILE), module, FILE, bring);
  return module.exports;
}

function load() {
  if (existsSync(COMPILED)) return run(script(readFileSync(COMPILED)));
  // Another Node than the one that built the program keeps what it compiles itself, if it is new enough.
  if (nodeModule.enableCompileCache) nodeModule.enableCompileCache();
  return require(FILE);
}

module.exports = { COMPILED, load, run, script };
