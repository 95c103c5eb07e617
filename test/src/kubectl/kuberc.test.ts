import { describe, expect, test } from 'vitest';
import { runKubectl } from './machine.ts';

const HEAD = 'apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n';

function withKuberc(kuberc: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return runKubectl(args, { files: { '/home/.kube/kuberc': kuberc }, env });
}

describe('the learner’s preferences', () => {
  const DEFAULTS = `${HEAD}defaults: [{command: create configmap, options: [{name: dry-run, default: client}, {name: output, default: name}]}]\n`;

  test('give flags the values that the command line doesn’t give', () => {
    expect(withKuberc(DEFAULTS, ['create', 'cm', 'a']).stdout).toBe('configmap/a\n');
    expect(withKuberc(DEFAULTS, ['create', 'cm', 'a', '-o=jsonpath={.kind}']).stdout).toBe('ConfigMap');
  });

  test('have names for commands, with arguments before and after', () => {
    const alias = '{name: mk, command: create, prependArgs: [configmap], appendArgs: [--dry-run=client]}';
    const { stdout, stderr } = withKuberc(`${HEAD}aliases: [${alias}]\n`, ['mk', 'a', '-v=1']);
    expect(stdout).toBe('configmap/a created (dry run)\n');
    expect(stderr).toContain('original command: "kubectl create');
  });

  test('are called by their own name in complaints', () => {
    const kuberc = `${HEAD}aliases: [{name: g, command: get}]\n`;
    expect(withKuberc(kuberc, ['g', '--nope']).stderr).toBe(
      "error: unknown flag: --nope\nSee 'kubectl g --help' for usage.\n",
    );
  });

  test.each([
    ['aliases: [{name: a1}]', 'invalid alias name, can only include alphabetical characters'],
    ['aliases: [{name: a}, {name: a}]', 'duplicate alias name a'],
    ['aliases: [{name: a, options: [{name: -o}]}]', 'flag name -o should be in long form without dashes'],
    ['defaults: [{command: get, options: [{name: v}]}]', 'invalid flag v for command get'],
    [
      'defaults: [{command: get, options: [{name: watch, default: x}]}]',
      'could not apply override value x to flag watch in command get err: invalid argument "x" for "-w, --watch" flag: strconv.ParseBool: parsing "x": invalid syntax',
    ],
    ['credentialPluginPolicy: x', 'unknown plugin policy: "x"'],
    ['credentialPluginPolicy: Allowlist', 'credential plugin policy set to "Allowlist", but allowlist is unspecified'],
  ])('end the command when they can’t be followed: %s', (kuberc, message) => {
    const { stderr, status } = withKuberc(`${HEAD}${kuberc}\n`, ['get', 'pods']);
    expect([stderr, status]).toEqual([`error occurred while applying preferences ${message}\n`, 1]);
  });

  test('that nobody named do no harm when they can’t be read', () => {
    const path = '/home/.kube/kuberc';
    const { stdout, stderr } = withKuberc('foo: bar\n', ['create', 'cm', 'a', '--dry-run=client']);
    expect(stdout).toBe('configmap/a created (dry run)\n');
    expect(stderr).toBe(
      `kuberc: no preferences loaded from ${path}: no valid preferences found in ${path}, use --v=5 to see details`,
    );
  });

  test('say which fields nobody knows, and count nevertheless', () => {
    const { stdout, stderr } = withKuberc(`${DEFAULTS}zz: 1\n`, ['create', 'cm', 'a']);
    expect(stdout).toBe('configmap/a\n');
    expect(stderr).toContain('strict decoding error: unknown field "zz"');
  });

  test('are off with KUBERC=off, and have to be there when they are named', () => {
    const off = { KUBERC: 'off' };
    expect(withKuberc(DEFAULTS, ['create', 'cm', 'a', '--dry-run=client'], off).stdout).toContain('created (dry run)');
    expect(withKuberc(DEFAULTS, ['get', 'pods'], { KUBERC: 'nope' }).stderr).toBe(
      'error occurred while applying preferences kuberc error kuberc: open nope: no such file or directory\n',
    );
  });
});

describe('kubectl kuberc', () => {
  test('sets defaults once, and again only with --overwrite', () => {
    const args = ['kuberc', 'set', '--section=defaults', '--command=get', '--option=output=wide'];
    const { stdout, files } = runKubectl(args);
    const kuberc = files.get('/home/.kube/kuberc') ?? '';
    expect(stdout).toBe('Updated /home/.kube/kuberc\n');
    expect(kuberc).toContain('defaults:\n- command: get\n  options:\n  - default: wide\n    name: output\n');
    expect(withKuberc(kuberc, args).stderr).toBe(
      'error: defaults for command "get" already exist, use --overwrite to replace\n',
    );
    expect(withKuberc(kuberc, [...args, '--overwrite']).status).toBe(0);
  });

  test('keeps of an alias what isn’t given anew', () => {
    const before = `${HEAD}aliases: [{name: g, command: get, prependArgs: [nodes]}]\n`;
    const { files } = withKuberc(before, [
      'kuberc',
      'set',
      '--section=aliases',
      '--name=g',
      '--command=describe',
      '--overwrite',
    ]);
    expect(files.get('/home/.kube/kuberc')).toContain('- command: describe\n  name: g\n  prependArgs:\n  - nodes\n');
  });

  test('names the field that a value doesn’t fit', () => {
    expect(withKuberc('defaults: [{options: [{name: []}]}]\n', ['kuberc', 'view']).stderr).toContain(
      'error parsing kuberc file: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go struct field CommandOptionDefault.defaults.options.name of type string\n',
    );
  });
});
