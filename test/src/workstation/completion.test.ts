import { describe, expect, it } from 'vitest';
import { complete, inColumns } from '../../../src/workstation/completion/complete.ts';
import type { World } from '../../../src/workstation/completion/world.ts';

const KINDS = [
  { plural: 'pods', singular: 'pod', shorts: ['po'], group: '', namespaced: true },
  { plural: 'nodes', singular: 'node', shorts: ['no'], group: '', namespaced: false },
  { plural: 'namespaces', singular: 'namespace', shorts: ['ns'], group: '', namespaced: false },
  { plural: 'deployments', singular: 'deployment', shorts: ['deploy'], group: 'apps', namespaced: true },
];
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'pods default': ['web-1', 'web-2', 'hello'],
  'pods team-a': ['other'],
  'pods ': ['web-1', 'web-2', 'hello', 'other'],
  'nodes ': ['worker-1'],
  'namespaces ': ['default', 'team-a'],
  'deployments default': ['web'],
};

const world: World = {
  commands: () => ['kubectl', 'cat', 'cd', 'check', 'ls', 'watch'],
  aliases: () => new Map([['k', 'kubectl']]),
  kinds: () => KINDS,
  names: (plural, namespace) => NAMES[`${plural} ${namespace ?? ''}`] ?? [],
  containers: (pod) => (pod === 'web-1' ? ['main', 'sidecar'] : []),
  folder: (path) =>
    path === '/home/learner'
      ? [
          { name: 'pod.yaml', folder: false },
          { name: 'manifests', folder: true },
          { name: 'my file', folder: false },
          { name: '.kube', folder: true },
        ]
      : path === '/home/learner/manifests/'
        ? [{ name: 'a.yaml', folder: false }]
        : [],
  cwd: '/home/learner',
  home: '/home/learner',
  contexts: () => ['k8s-learn', 'other'],
  namespace: () => 'default',
};

const tab = (line: string): string => complete(world, line, line.length).text;
const list = (line: string): readonly string[] => complete(world, line, line.length).candidates;

describe('Tab', () => {
  it('knows the names of kubectl plugins', () => {
    const plugged: World = { ...world, commands: () => ['kubectl', 'kubectl-my_plug', 'kubectl-my_plug-more'] };
    const line = 'kubectl my';
    expect(complete(plugged, line, line.length).text).toBe('kubectl my-plug ');
  });

  it.each([
    ['kube', 'kubectl '],
    ['ls | kube', 'ls | kubectl '],
    ['echo $(kube', 'echo $(kubectl '],
    ['kubectl desc', 'kubectl describe '],
    ['kubectl get de', 'kubectl get deployments '],
    ['k get pods hel', 'k get pods hello '],
    ['kubectl get po hel', 'kubectl get po hello '],
    ['kubectl get pods,no', 'kubectl get pods,nodes '],
    ['kubectl get pods w', 'kubectl get pods web-'],
    ['kubectl -n team-a get pods ', 'kubectl -n team-a get pods other '],
    ['kubectl get pods -n te', 'kubectl get pods -n team-a '],
    ['kubectl get pods --namespace=te', 'kubectl get pods --namespace=team-a '],
    ['kubectl describe node/', 'kubectl describe node/worker-1 '],
    ['kubectl logs hel', 'kubectl logs hello '],
    ['kubectl logs web-1 -c si', 'kubectl logs web-1 -c sidecar '],
    ['kubectl rollout sta', 'kubectl rollout status '],
    ['kubectl rollout status deployment w', 'kubectl rollout status deployment web '],
    ['kubectl get pods -o ya', 'kubectl get pods -o yaml '],
    ['kubectl get --all-n', 'kubectl get --all-namespaces '],
    ['kubectl run x --ima', 'kubectl run x --image'],
    ['kubectl drain ', 'kubectl drain worker-1 '],
    ['kubectl config use-context o', 'kubectl config use-context other '],
    ['kubectl apply -f po', 'kubectl apply -f pod.yaml '],
    ['kubectl apply -f man', 'kubectl apply -f manifests/'],
    ['watch -n 1 kubectl get no', 'watch -n 1 kubectl get nodes '],
    ['cat my', 'cat my\\ file '],
    ['cat "my', 'cat "my file" '],
    ['cat manifests/', 'cat manifests/a.yaml '],
    ['cat ~/manifests/', 'cat ~/manifests/a.yaml '],
    ['cd m', 'cd manifests/'],
    ['cat .k', 'cat .kube/'],
    ['ls > po', 'ls > pod.yaml '],
    ['nothing here', 'nothing here'],
  ])('makes %j into %j', (line, expected) => {
    expect(tab(line)).toBe(expected);
  });

  it('lists what there is to choose from', () => {
    expect(list('kubectl get pods web-')).toEqual(['web-1', 'web-2']);
    expect(list('c')).toEqual(['cat', 'cd', 'check']);
    expect(list('kubectl get ')).toEqual(['deployments', 'namespaces', 'nodes', 'pods']);
  });

  it('leaves what stands behind the cursor', () => {
    expect(complete(world, 'kubectl get no -o wide', 14)).toMatchObject({
      text: 'kubectl get nodes -o wide',
      cursor: 17,
    });
  });
});

describe('a list of candidates', () => {
  it('stands in columns that are read downwards', () => {
    expect(inColumns(['a', 'bb', 'c', 'd', 'e'], 12)).toEqual(['a   c   e', 'bb  d']);
  });

  it('is never endless', () => {
    expect(
      inColumns(
        Array.from({ length: 5000 }, (_, i) => `name-${i}`),
        80,
      ).length,
    ).toBeLessThan(50);
  });
});
