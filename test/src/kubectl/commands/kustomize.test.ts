import { describe, expect, test } from 'vitest';
import { runKubectl } from '../machine.ts';

const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
      - {name: nginx, image: "nginx:1.2", envFrom: [{configMapRef: {name: conf}}]}
`;

function build(kustomization: string, more: Readonly<Record<string, string>> = {}) {
  const files = { '/home/a/kustomization.yaml': kustomization, '/home/a/web.yaml': DEPLOYMENT, ...more };
  return runKubectl(['kustomize', 'a'], { files });
}

describe('kubectl kustomize', () => {
  test('gives generated objects a hash, and tells it to those who name them', () => {
    const { stdout } = build('resources: [web.yaml]\nconfigMapGenerator: [{name: conf, literals: [mode=prod]}]\n');
    const [, name = ''] = /name: (conf-[a-z0-9]{10})\n---/.exec(stdout) ?? [];
    expect(name).not.toBe('');
    expect(stdout).toContain(`- configMapRef:\n            name: ${name}\n`);
  });

  test('puts prefixes before names, changes images and counts replicas by the first name', () => {
    const { stdout } = build(
      'namePrefix: p-\nresources: [web.yaml]\nimages: [{name: nginx, newTag: "2"}]\nreplicas: [{name: web, count: 3}]\n',
    );
    expect(stdout).toContain('  name: p-web\n');
    expect(stdout).toContain('image: nginx:2\n');
    expect(stdout).toContain('  replicas: 3\n');
  });

  test('merges the parts of patches, with new containers in front', () => {
    const patch = DEPLOYMENT.replace(/- \{name.*/, '- {name: side, image: busybox}');
    const { stdout } = build('resources: [web.yaml]\npatches: [{path: p.yaml}]\n', { '/home/a/p.yaml': patch });
    expect(stdout.indexOf('name: side')).toBeLessThan(stdout.indexOf('name: nginx'));
    expect(stdout.indexOf('name: side')).toBeGreaterThan(0);
  });

  test('names a file that is not there', () => {
    const where = "evalsymlink failure on '/home/a/x.yaml' : lstat /home/a/x.yaml: no such file or directory";
    expect(build('resources: [x.yaml]\n').stderr).toBe(
      `error: accumulating resources: accumulation err='accumulating resources from 'x.yaml': ${where}': must build at directory: not a valid directory: ${where}\n`,
    );
  });

  test('refuses fields that it does not know', () => {
    expect(build('resourcess: []\n').stderr).toBe('error: invalid Kustomization: json: unknown field "resourcess"\n');
  });
});
