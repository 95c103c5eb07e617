// Commands used wrongly: which of several mistakes is told, and how.

import { describe, expect, test } from 'vitest';
import { runKubectl } from '../machine.ts';

const NOWHERE = {};

describe('kubectl used wrongly', () => {
  test.each([
    ['create role ""', 'error: name must be specified\n'],
    ['create quota ""', 'error: name must be specified\n'],
    ['create token a/b', `error: failed to create token: invalid resource name "a/b": [may not contain '/']\n`],
    ['set selector', 'error: one selector is required\n'],
    ['config delete-cluster', ''],
    [
      'config delete-user',
      "error: user to delete is required\nSee 'kubectl config delete-user -h' for help and examples\n",
    ],
    ['version --cluster=nope', 'error: cluster "nope" does not exist\n'],
    ['rollout status --user=nope', 'error: auth info "nope" does not exist\n'],
    ['top node --context=nope', 'error: context "nope" does not exist\n'],
    [
      'create configmap x --dry-run=client -o jsonpath={.kind} --template=x',
      'error: unable to match a printer suitable for the output format "jsonpath={.kind}", allowed formats are: go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,kyaml,name,template,templatefile,yaml\n',
    ],
    ['config view --kubeconfig=none', ''],
    ['config get-users --kubeconfig=none', ''],
    ['config current-context --kubeconfig=none', 'error: current-context is not set\n'],
    ['config view --kubeconfig=none --merge', ''],
    ['config view --kubeconfig=none --merge=false', 'error: open none: no such file or directory\n'],
    ['taint --user=nope', 'error: auth info "nope" does not exist\n'],
    [
      'auth can-i frob /healthz --no-headers',
      "Warning: verb 'frob' is not a known verb\n\nerror: --no-headers cannot be set without --list specified\n",
    ],
    ['-n shop getn', 'Error: flags cannot be placed before plugin name: -n\n'],
    [
      'get --log-flush-frequency=1',
      'error: invalid argument "1" for "--log-flush-frequency" flag: parse error\nSee \'kubectl get --help\' for usage.\n',
    ],
    ['top node', 'The connection to the server cluster:8001 was refused - did you specify the right host or port?\n'],
  ])('%s', (line, message) => {
    const words = line.split(' ').map((word) => (word === '""' ? '' : word));
    expect(runKubectl(words, NOWHERE).stderr).toBe(message);
  });
});
