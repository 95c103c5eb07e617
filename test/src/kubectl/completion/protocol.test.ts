import { describe, expect, test } from 'vitest';
import { serverOf } from '../cluster.ts';
import { runKubectl } from '../machine.ts';

const named = (kind: string, ...names: string[]): object => ({
  kind: `${kind}List`,
  apiVersion: 'v1',
  items: names.map((name) => ({ kind, apiVersion: 'v1', metadata: { name, namespace: 'default' } })),
});

const server = serverOf({
  'GET /api/v1/namespaces/default/pods': { body: named('Pod', 'web-1', 'web-2', 'db') },
  'GET /api/v1/namespaces': { body: named('Namespace', 'default', 'shop') },
  'GET /api/v1/namespaces/default/pods/web-1': {
    body: {
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { name: 'web-1', namespace: 'default' },
      spec: { initContainers: [{ name: 'init' }], containers: [{ name: 'web', ports: [{ containerPort: 80 }] }] },
    },
  },
});

/** The candidates, and the number for the shell. */
function completed(...words: string[]): readonly string[] {
  const { stdout, status } = runKubectl(['__completeNoDesc', ...words], { server });
  expect(status).toBe(0);
  return stdout.trimEnd().split('\n');
}

describe('kubectl __complete', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['a command', ['ge'], ['get', ':4']],
    ['a subcommand', ['rollout', 're'], ['restart', 'resume', ':4']],
    ['a command after flags of all commands', ['-n', 'shop', 'desc'], ['describe', ':4']],
    ['nothing of a command that is none', ['nope', ''], [':0']],
    ['the types that the server has', ['get', 'po'], ['pods', ':4']],
    ['the last type of several', ['get', 'pods,conf'], ['pods,configmaps', ':4']],
    ['names of the type', ['get', 'pods', 'we'], ['web-1', 'web-2', ':4']],
    ['names that are not there yet', ['get', 'pods', 'web-1', ''], ['web-2', 'db', ':4']],
    ['names behind a type and a slash', ['get', 'pod/d'], ['pod/db', ':4']],
    ['the types that a command is for', ['rollout', 'undo', 'd'], ['deployment', 'daemonset', ':4']],
    ['flags', ['get', '--names'], ['--namespace', ':4']],
    ['flags that are missing before all others', ['scale', '--'], ['--replicas', ':4']],
    ['no flag twice', ['get', '--namespace=x', '--namesp'], [':4']],
    ['values of flags', ['get', '-n', 's'], ['shop', ':4']],
    ['values behind =', ['get', '--namespace=s'], ['shop', ':4']],
    ['forms of output', ['get', '-o', 'js'], ['json', 'jsonpath', 'jsonpath-as-json', 'jsonpath-file', ':4']],
    ['kinds of files', ['apply', '-f', ''], ['json', 'yaml', 'yml', ':8']],
    ['nothing where the shell knows better', ['explain', ''], [':0']],
    ['pods, and types of what has pods', ['logs', 'd'], ['db', 'daemonsets/', 'deployments/', ':4']],
    ['types without a blank where no pod is meant', ['logs', 'st'], ['statefulsets/', ':6']],
    ['containers of the pod', ['logs', 'web-1', ''], ['init', 'web', ':4']],
    ['containers for a flag', ['exec', 'web-1', '-c', 'w'], ['web', ':4']],
    ['ports of the pod', ['port-forward', 'web-1', ''], ['80:80', ':4']],
    ['shells', ['completion', 'z'], ['zsh', ':4']],
    ['nothing after --help', ['get', '--help', ''], [':4']],
    ['subcommands for help', ['help', 'config', 'use'], ['use-context', ':4']],
  ])('completes %s', (_, words, expected) => {
    expect(completed(...words)).toEqual(expected);
  });

  test('describes candidates behind a tab, and says the directive in words', () => {
    const { stdout, stderr } = runKubectl(['__complete', 'rollout', 'sta'], { server });
    expect(stdout).toBe('status\tShow the status of the rollout\n:4\n');
    expect(stderr).toBe('Completion ended with directive: ShellCompDirectiveNoFileComp\n');
  });

  test('offers nothing of a cluster that does not answer', () => {
    const { stdout } = runKubectl(['__complete', 'get', 'pods', ''], { server: () => ({ status: 500, body: {} }) });
    expect(stdout).toBe(':4\n');
  });

  test('tells of a flag that is none, for those who look for the reason', () => {
    const { stdout, stderr } = runKubectl(['__complete', 'get', '--nope', ''], { server });
    expect(stdout).toBe(':0\n');
    expect(stderr).toContain('[Debug] [Error] Error while parsing flags from args [--nope]: unknown flag: --nope\n');
  });
});

describe('kubectl completion', () => {
  test.each(['bash', 'zsh', 'fish', 'powershell'])('has a script for %s that asks kubectl itself', (shell) => {
    const { stdout, status } = runKubectl(['completion', shell]);
    expect(status).toBe(0);
    expect(stdout).toContain('kubectl __complete');
  });
});
