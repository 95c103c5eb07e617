import { expect, test } from 'vitest';
import { fitsNode } from '../../../sandbox/kube/selectors/nodeselectors.ts';
import { actionsFor } from '../../../sandbox/kubelet/actions.ts';
import { expand } from '../../../sandbox/kubelet/containers/expansion.ts';
import { hostsFile, resolvFile } from '../../../sandbox/kubelet/containers/sandboxes.ts';
import { requestOf } from '../../../sandbox/kubelet/requests.ts';
import { qosClass, shouldRestart } from '../../../sandbox/kubelet/spec.ts';
import { NOTHING_SEEN } from '../../../sandbox/kubelet/state.ts';
import { phaseOf } from '../../../sandbox/kubelet/status/phase.ts';
import type { V1ContainerState, V1ContainerStatus, V1Pod, V1PodSpec } from '../../../sandbox/schema/generated/types.ts';

function podWith(spec: Partial<V1PodSpec>): V1Pod {
  return { metadata: { name: 'web', namespace: 'shop' }, spec: { containers: [{ name: 'main' }], ...spec } };
}

test.each([
  ['$(A) and $(B)', 'a and $(B)'],
  ['$$(A) $$ $ $(A', '$(A) $ $ $(A'],
  ['no $(A)$(A)', 'no aa'],
  ['$(constructor)', '$(constructor)'],
])('%s becomes %s where only A is known', (text, expected) => {
  const known = new Map([['A', 'a']]);
  expect(expand(text, (name) => known.get(name))).toBe(expected);
});

const RUNNING: V1ContainerState = { running: { startedAt: '2026-01-01T00:00:00Z' } };
const ended = (exitCode: number): V1ContainerState => ({ terminated: { exitCode } });
const WAITING: V1ContainerState = { waiting: { reason: 'ContainerCreating' } };

test.each([
  ['Always', [RUNNING, RUNNING], 'Running'],
  ['Always', [RUNNING, WAITING], 'Pending'],
  ['Always', [ended(0), ended(1)], 'Running'],
  ['Never', [ended(0), RUNNING], 'Running'],
  ['Never', [ended(0), ended(0)], 'Succeeded'],
  ['Never', [ended(0), ended(7)], 'Failed'],
  ['OnFailure', [ended(0), ended(7)], 'Running'],
  ['OnFailure', [ended(0), ended(0)], 'Succeeded'],
])('under %s, containers in %j make a pod %s', (restartPolicy, states, phase) => {
  const containers = [{ name: 'a' }, { name: 'b' }];
  const statuses = states.map((state, i): V1ContainerStatus => {
    const { name = '' } = containers[i] ?? {};
    return { name, state, ready: false, restartCount: 0, image: '', imageID: '' };
  });
  const byName = new Map(statuses.map((status) => [status.name, status]));
  expect(phaseOf(podWith({ containers, restartPolicy }), false, byName, { over: false, begun: true })).toBe(phase);
});

test('a rule for an exit code goes before the policy of its container', () => {
  const rules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }];
  const container = { name: 'main', restartPolicy: 'Never', restartPolicyRules: rules };
  expect(shouldRestart(container, { containers: [], restartPolicy: 'Always' }, 42)).toBe(true);
  expect(shouldRestart(container, { containers: [], restartPolicy: 'Always' }, 1)).toBe(false);
});

test('a new pod gets a sandbox, and of its containers the first that initializes it', () => {
  const pod = podWith({ initContainers: [{ name: 'one' }, { name: 'two' }] });
  const actions = actionsFor(pod, NOTHING_SEEN, { results: new Map(), containers: [] });
  expect(actions.sandbox).toEqual({ attempt: 0, changed: false });
  expect(actions.start).toEqual([{ container: 'one', type: 'init' }]);
});

test('what a pod asks for is the most that it needs at once', () => {
  const cpu = (name: string, amount: string, more = {}) => ({
    name,
    resources: { requests: { cpu: amount } },
    ...more,
  });
  const initContainers = [cpu('side', '100m', { restartPolicy: 'Always' }), cpu('migrate', '1')];
  const containers = [cpu('a', '200m'), cpu('b', '300m')];
  expect(requestOf(podWith({ initContainers, containers }), 'cpu')).toBe(1100);
  expect(requestOf(podWith({ containers, overhead: { cpu: '50m' } }), 'cpu')).toBe(550);
});

test.each([
  [{}, 'BestEffort'],
  [{ requests: { cpu: '1' } }, 'Burstable'],
  [{ limits: { cpu: '1', memory: '1Gi' } }, 'Guaranteed'],
  [{ limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } }, 'Burstable'],
])('resources %j are %s', (resources, expected) => {
  expect(qosClass(podWith({ containers: [{ name: 'main', resources }] }))).toBe(expected);
});

test('required affinity and selectors are matched against the labels of a node', () => {
  const node = { metadata: { name: 'n', labels: { zone: 'a', cores: '8' } } };
  const terms = (matchExpressions: readonly { key: string; operator: string; values?: readonly string[] }[]) =>
    podWith({
      affinity: {
        nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } },
      },
    });
  expect(fitsNode(podWith({ nodeSelector: { zone: 'a' } }), node)).toBe(true);
  expect(fitsNode(podWith({ nodeSelector: { zone: 'b' } }), node)).toBe(false);
  expect(fitsNode(terms([{ key: 'cores', operator: 'Gt', values: ['4'] }]), node)).toBe(true);
  expect(fitsNode(terms([{ key: 'gpu', operator: 'Exists' }]), node)).toBe(false);
  expect(fitsNode(terms([{ key: 'gpu', operator: 'NotIn', values: ['x'] }]), node)).toBe(true);
});

test('hosts and resolv.conf tell a pod who it is and whom to ask', () => {
  const pod = podWith({ hostname: 'db-0', subdomain: 'db' });
  expect(hostsFile(pod, ['10.244.0.9']).split('\n').at(-2)).toBe('10.244.0.9\tdb-0.db.shop.svc.cluster.local\tdb-0');
  expect(resolvFile(pod, '')).toBe(
    'search shop.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
  );
  const own = podWith({
    dnsPolicy: 'None',
    dnsConfig: { nameservers: ['1.1.1.1'], options: [{ name: 'ndots', value: '2' }] },
  });
  expect(resolvFile(own, '')).toBe('nameserver 1.1.1.1\noptions ndots:2\n');
});
