import { expect, test } from 'vitest';
import { type Cluster, clusterOf, newCluster, usualSpec } from '../../sandbox/cluster.ts';
import { crashHost } from '../../sandbox/machine/runtime/hosts.ts';
import { filesOf } from '../../sandbox/machine/runtime/walk.ts';
import { Pods } from '../../sandbox/schema/generated/resources.ts';
import { seconds } from '../../sandbox/time/units.ts';

const FOLDER = '/etc/kubernetes/manifests';
const SCHEDULER = `${FOLDER}/kube-scheduler.yaml`;

function newOne(): Cluster {
  const cluster = newCluster({ spec: { ...usualSpec(1), dns: 'builtin' } });
  cluster.advance(seconds(3));
  return cluster;
}

function nodeFiles({ kernel }: Cluster) {
  const host = kernel.state.hosts.get('control-plane');
  if (host === undefined) throw new Error('there is no such machine');
  return filesOf(kernel, host.root);
}

function podsOf({ client, run }: Cluster): readonly string[] {
  const { items } = run(client().list(Pods, 'kube-system'));
  return items.map(({ metadata, status }) => {
    const [container] = status?.containerStatuses ?? [];
    const why = container?.state?.waiting?.reason ?? container?.state?.terminated?.reason;
    return `${metadata?.name} ${why ?? status?.phase} ${container?.restartCount}`;
  });
}

const isRunning = ({ components }: Cluster, name: string) => components.get(name)?.running();

const ALL = [
  'etcd-control-plane Running 0',
  'kube-apiserver-control-plane Running 0',
  'kube-controller-manager-control-plane Running 0',
  'kube-scheduler-control-plane Running 0',
];

test('the control plane of the usual cluster is seen in kube-system', () => {
  const cluster = newOne();
  expect(podsOf(cluster)).toEqual(ALL);
  const copy = clusterOf(cluster.snapshot());
  copy.advance(seconds(30));
  expect(podsOf(copy)).toEqual(ALL);
  expect(isRunning(copy, 'kube-scheduler')).toBe(true);
});

test('a scheduler whose manifest is moved away schedules nothing until it comes back', () => {
  const cluster = newOne();
  const files = nodeFiles(cluster);
  const text = files.readText(SCHEDULER);
  files.remove(SCHEDULER);
  cluster.advance(seconds(5));
  expect(isRunning(cluster, 'kube-scheduler')).toBe(false);
  expect(podsOf(cluster)).toEqual(ALL.slice(0, 3));
  files.write(SCHEDULER, text);
  cluster.advance(seconds(5));
  expect(isRunning(cluster, 'kube-scheduler')).toBe(true);
  expect(podsOf(cluster)).toEqual(ALL);
});

test('a component that is stopped takes its pod with it, and brings it back', () => {
  const cluster = newOne();
  cluster.components.get('kube-controller-manager')?.stop();
  cluster.advance(seconds(5));
  expect(podsOf(cluster)).toHaveLength(3);
  cluster.components.get('kube-controller-manager')?.start();
  cluster.advance(seconds(5));
  expect(podsOf(cluster)).toEqual(ALL);
});

test.each([
  ['an unknown flag', '--leader-elect=true', '--leader-elekt=true', /CrashLoopBackOff|Error/],
  [
    'a file that is not there',
    '--kubeconfig=/etc/kubernetes/scheduler.conf',
    '--kubeconfig=/x',
    /CrashLoopBackOff|Error/,
  ],
  ['an image that is not there', 'kube-scheduler:v1.36.3', 'kube-scheduler:v9', /ImagePull/],
])('a manifest with %s keeps the scheduler from running', (_, right, wrong, reason) => {
  const cluster = newOne();
  const files = nodeFiles(cluster);
  const text = files.readText(SCHEDULER);
  files.write(SCHEDULER, text.replace(right, wrong));
  cluster.advance(seconds(35));
  expect(isRunning(cluster, 'kube-scheduler')).toBe(false);
  expect(podsOf(cluster)[3]).toMatch(reason);
  files.write(SCHEDULER, text);
  cluster.advance(seconds(5));
  expect(isRunning(cluster, 'kube-scheduler')).toBe(true);
  expect(podsOf(cluster)).toEqual(ALL);
});

test('its pods live on when the kubelet of their node starts anew', () => {
  const cluster = newOne();
  const kubelet = cluster.components.get('kubelet/control-plane');
  kubelet?.stop();
  cluster.advance(seconds(5));
  kubelet?.start();
  cluster.advance(seconds(15));
  expect(podsOf(cluster)).toEqual(ALL);
  expect(cluster.state.controlPlane.ended.size).toBe(0);
});

test.each(['kube-apiserver', 'etcd'])('without %s nobody reaches the API; its manifest brings it back', (name) => {
  const cluster = newOne();
  const files = nodeFiles(cluster);
  const path = `${FOLDER}/${name}.yaml`;
  const text = files.readText(path);
  files.remove(path);
  cluster.advance(seconds(5));
  const revision = cluster.store.revision();
  cluster.advance(seconds(60));
  expect(cluster.store.revision()).toBe(revision);
  files.write(path, text);
  cluster.advance(seconds(60));
  expect(podsOf(cluster)).toEqual(ALL);
});

test('after the power of its node has come back, it runs as before', () => {
  const cluster = newOne();
  const kubelet = cluster.components.get('kubelet/control-plane');
  const host = cluster.kernel.state.hosts.get('control-plane');
  if (host === undefined) throw new Error('there is no such machine');
  kubelet?.stop();
  crashHost(cluster.kernel, host);
  cluster.advance(seconds(20));
  expect(isRunning(cluster, 'kube-controller-manager')).toBe(false);
  kubelet?.start();
  cluster.advance(seconds(60));
  expect(isRunning(cluster, 'kube-controller-manager')).toBe(true);
  expect(podsOf(cluster).map((pod) => pod.replace(/\d$/, ''))).toEqual(ALL.map((pod) => pod.replace(/\d$/, '')));
});
