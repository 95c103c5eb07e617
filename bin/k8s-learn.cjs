#!/usr/bin/env node
// Looks at Node's version before anything modern is loaded, so that an old one gets a sentence and not a stack trace.
'use strict';

var parts = process.versions.node.split('.');
var major = Number(parts[0]);
var minor = Number(parts[1]);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    'k8s-learn needs Node.js 20.19 or newer, and this is ' +
      process.version +
      '. Install it from https://nodejs.org, then run the same command again.',
  );
  process.exit(3);
}
var args = process.argv.slice(2);
var cli;
try {
  cli = require('./load.cjs').load(args);
} catch (error) {
  console.error(`k8s-learn: its own files are incomplete (${error.message}). Install it again: npm install k8s-learn`);
  process.exit(3);
}
cli.main(args);
