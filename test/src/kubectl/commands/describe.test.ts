import { describe, expect, test } from 'vitest';
import { serverOf } from '../cluster.ts';
import { runKubectl } from '../machine.ts';

const POD = {
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: { name: 'web', namespace: 'default', uid: 'u1', labels: { app: 'web' } },
  spec: {
    containers: [{ name: 'c', image: 'nginx:1.27', ports: [{ containerPort: 80, protocol: 'TCP' }], resources: {} }],
    serviceAccountName: 'default',
    priority: 0,
  },
  status: { phase: 'Pending', qosClass: 'BestEffort' },
};

const EVENT = {
  metadata: { name: 'web.1', namespace: 'default' },
  involvedObject: { kind: 'Pod', name: 'web' },
  reason: 'FailedScheduling',
  message: 'no nodes available to schedule pods',
  type: 'Warning',
  source: { component: 'default-scheduler' },
  eventTime: '2026-01-01T00:00:00.000000Z',
};

describe('kubectl describe', () => {
  const server = serverOf({
    'GET /api/v1/namespaces/default/pods/web': { body: POD },
    'GET /api/v1/namespaces/default/pods': { body: { kind: 'PodList', apiVersion: 'v1', metadata: {}, items: [POD] } },
    'GET /api/v1/namespaces/default/events': {
      body: { kind: 'EventList', apiVersion: 'v1', metadata: {}, items: [EVENT] },
    },
  });

  test('shows a pod with the events about it', () => {
    const { stdout, status } = runKubectl(['describe', 'pod', 'web'], { server, now: '2026-01-01T00:00:05Z' });
    expect(stdout.split('\n')).toEqual([
      'Name:             web',
      'Namespace:        default',
      'Priority:         0',
      'Service Account:  default',
      'Node:             <none>',
      'Labels:           app=web',
      'Annotations:      <none>',
      'Status:           Pending',
      'IP:               ',
      'IPs:              <none>',
      'Containers:',
      '  c:',
      '    Image:        nginx:1.27',
      '    Port:         80/TCP',
      '    Host Port:    0/TCP',
      '    Environment:  <none>',
      '    Mounts:       <none>',
      'Volumes:          <none>',
      'QoS Class:        BestEffort',
      'Node-Selectors:   <none>',
      'Tolerations:      <none>',
      'Events:',
      '  Type     Reason            Age   From               Message',
      '  ----     ------            ----  ----               -------',
      '  Warning  FailedScheduling  5s    default-scheduler  no nodes available to schedule pods',
      '',
    ]);
    expect(status).toBe(0);
  });

  test('shows all objects whose names begin so when none has the name itself', () => {
    const { stdout } = runKubectl(['describe', 'pod', 'we'], { server });
    expect(stdout).toContain('Name:             web\n');
    expect(runKubectl(['describe', 'pod', 'x'], { server }).stderr).toBe(
      'Error from server (NotFound): pods "x" not found\n',
    );
  });
});
