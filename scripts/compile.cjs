// Keeps what Node compiled of a program while it did what every start of it does, beside the program in dist/.
// Usage: node scripts/compile.cjs cli|kubectl
'use strict';

const { mkdtempSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { PassThrough } = require('node:stream');
const { compiledOf, run, script } = require('../bin/load.cjs');

/** How long the screen is open, in milliseconds. */
const OPEN_MS = 1500;

const name = process.argv[2];
const program = script(name);
const { main } = run(name, program);
const folder = mkdtempSync(join(tmpdir(), 'k8s-learn-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Standard input and output as a terminal's, where nobody looks. */
function pretendTerminal() {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input, ref() {}, unref() {} });
  Object.defineProperty(process, 'stdin', { value: input });
  Object.assign(process.stdout, { isTTY: true, columns: 80, rows: 24 });
}

function keep() {
  writeFileSync(compiledOf(name), program.createCachedData());
  process.exit(0);
}

const STARTS = {
  async cli() {
    const file = join(folder, 'script.sh');
    writeFileSync(file, 'kubectl get nodes\nkubectl get pods -A -o wide\n');
    await main(['list', '--data-dir', folder]);
    await main(['exec', file]);
    pretendTerminal();
    setTimeout(keep, OPEN_MS);
    await main(['learn', '01-first-steps/01-first-pod', '--data-dir', folder]);
  },
  async kubectl() {
    const kubeconfig = `--kubeconfig=${join(folder, 'config')}`;
    await main(['kubectl', 'version', '--client']);
    await main(['kubectl', kubeconfig, 'config', 'set-cluster', 'none', '--server=http://127.0.0.1:1']);
    await main(['kubectl', kubeconfig, 'config', 'set-context', 'none', '--cluster=none']);
    // Nobody answers at that address: it is asked all the same.
    await main(['kubectl', kubeconfig, '--context=none', 'get', 'pods']);
    keep();
  },
};

STARTS[name]();
