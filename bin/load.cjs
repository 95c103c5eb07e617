// Loads the program, with what Node compiled of it when it was built: reading that is much quicker than compiling anew.
'use strict';

const { existsSync, readFileSync } = require('node:fs');
const nodeModule = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { cachedDataVersionTag } = require('node:v8');
const vm = require('node:vm');

const DIST = path.join(__dirname, '..', 'dist');
/** What Node compiled of a program. Only the same Node can read it, so it is no part of the package. */
function compiledOf(name) {
  return path.join(DIST, `${name}-${cachedDataVersionTag()}.compiled`);
}

function fileOf(name) {
  return path.join(DIST, `${name}.cjs`);
}

/** A program's file as a script. The bundle is ASCII. */
function script(name, cachedData) {
  const filename = fileOf(name);
  const text = readFileSync(filename, 'latin1');
  const wrapped = `(function(exports,require,module,__filename,__import){${text}\n})`;
  return new vm.Script(wrapped, { filename, cachedData });
}

/** What a program exports. */
function run(name, program) {
  const file = fileOf(name);
  const module = { exports: {} };
  const base = pathToFileURL(file);
  const bring = (wanted) => import(new URL(wanted, base));
  program.runInThisContext()(module.exports, nodeModule.createRequire(file), module, file, bring);
  return module.exports;
}

/** The program for a command line; kubectl, which is started often and needs no cluster, is one of its own. */
function load([command]) {
  const name = command === 'kubectl' ? 'kubectl' : 'cli';
  const compiled = compiledOf(name);
  if (existsSync(compiled)) return run(name, script(name, readFileSync(compiled)));
  // Another Node than the one that built the program keeps what it compiles itself, if it is new enough.
  if (nodeModule.enableCompileCache) nodeModule.enableCompileCache();
  return require(fileOf(name));
}

module.exports = { compiledOf, load, run, script };
