// Keeps what Node compiled of the program while it did what every start does, beside the program in dist/.
'use strict';

const { mkdtempSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { PassThrough } = require('node:stream');
const { COMPILED, run, script } = require('../bin/load.cjs');

/** How long the screen is open, in milliseconds. */
const OPEN_MS = 1500;

const program = script();
const { main } = run(program);
const folder = mkdtempSync(join(tmpdir(), 'k8s-learn-'));
const file = join(folder, 'script.sh');
writeFileSync(file, 'kubectl get nodes\nkubectl get pods -A -o wide\n');

/** Standard input and output as a terminal's, where nobody looks. */
function pretendTerminal() {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input, ref() {}, unref() {} });
  Object.defineProperty(process, 'stdin', { value: input });
  Object.assign(process.stdout, { isTTY: true, columns: 80, rows: 24 });
}

(async () => {
  await main(['list', '--data-dir', folder]);
  await main(['exec', file]);
  pretendTerminal();
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  setTimeout(() => {
    writeFileSync(COMPILED, program.createCachedData());
    process.exit();
  }, OPEN_MS);
  await main(['learn', '01-first-steps/01-first-pod', '--data-dir', folder]);
})();
