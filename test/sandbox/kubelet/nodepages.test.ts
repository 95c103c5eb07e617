import { expect, test } from 'vitest';
import { newWorld, podOf, type World } from './world.ts';

function page(world: World, target: string): { readonly status: number; readonly body: string } {
  const door = world.door('node-0');
  if (door === undefined) throw new Error('the node has no door');
  const { status, body } = world.simulator.run(
    door.proxy({ method: 'GET', target, headers: {}, body: new Uint8Array() }),
  );
  return { status, body: typeof body === 'string' ? body : '' };
}

function value(text: string, series: string): number {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return Number(line?.slice(series.length).trim().split(' ')[0]);
}

const LIMITS = { limits: { cpu: '100m', memory: '64Mi' } };

test('a container that spins shows its CPU time and its throttling at /metrics/cadvisor', () => {
  const world = newWorld();
  world.create(podOf('web', { command: ['sh', '-c', 'while :; do :; done'], resources: LIMITS }));
  world.pass(13);
  const { status, body } = page(world, '/metrics/cadvisor');
  expect(status).toBe(200);
  const labels = /container_cpu_cfs_throttled_periods_total(\{container="main".*\}) /.exec(body)?.[1] ?? '';
  expect(labels).toContain('namespace="default",pod="web"');
  expect(value(body, `container_cpu_cfs_throttled_periods_total${labels}`)).toBeGreaterThan(50);
  expect(value(body, `container_spec_cpu_quota${labels}`)).toBe(10_000);
  expect(value(body, `container_spec_memory_limit_bytes${labels}`)).toBe(64 * 2 ** 20);
  const used = value(
    body,
    `container_cpu_usage_seconds_total${labels.replace('container="main"', 'container="main",cpu="total"')}`,
  );
  expect(used).toBeGreaterThan(0.8);
  expect(used).toBeLessThan(1.4);
});

test('what containers, pods and the node use is at /metrics/resource', () => {
  const world = newWorld();
  world.create(podOf('web', { command: ['sleep', '1000'] }));
  world.pass(3);
  const { body } = page(world, '/metrics/resource');
  expect(
    value(body, 'container_memory_working_set_bytes{container="main",namespace="default",pod="web"}'),
  ).toBeGreaterThan(0);
  expect(value(body, 'pod_memory_working_set_bytes{namespace="default",pod="web"}')).toBeGreaterThan(0);
  expect(value(body, 'node_memory_working_set_bytes')).toBeGreaterThan(0);
  expect(value(body, 'resource_scrape_error')).toBe(0);
});

test('a kubelet tells how many pods and containers it runs', () => {
  const world = newWorld();
  world.create(podOf('web', { command: ['sleep', '1000'] }));
  world.pass(3);
  const { body } = page(world, '/metrics');
  expect(value(body, 'kubelet_running_pods')).toBe(1);
  expect(value(body, 'kubelet_running_containers{container_state="running"}')).toBe(1);
});

test('the logs of a node are folders and files below /logs/, and nothing above them', () => {
  const world = newWorld();
  const { metadata } = world.create(podOf('web', { command: ['sh', '-c', 'echo hello; sleep 1000'] }));
  world.pass(3);
  expect(page(world, '/logs/').body).toContain('<a href="pods/">pods/</a>');
  const folder = `/logs/pods/default_web_${metadata?.uid}/main`;
  expect(page(world, `${folder}/`).body).toContain('<a href="0.log">0.log</a>');
  expect(page(world, `${folder}/0.log`).body).toContain('stdout F hello');
  expect(page(world, '/logs/none').status).toBe(404);
  expect(page(world, '/logs/../../etc/passwd').status).toBe(404);
});

test('a kubelet tells at /metrics/probes what its probes came to, and at /configz what it is configured with', () => {
  const world = newWorld();
  const readinessProbe = { exec: { command: ['test', '-f', '/ready'] }, periodSeconds: 1 };
  const command = ['sh', '-c', 'sleep 5; touch /ready; sleep 1000'];
  world.create(podOf('web', { command, readinessProbe }));
  world.pass(12);
  const { body } = page(world, '/metrics/probes');
  const counted = (result: string): number =>
    Number(new RegExp(`probe_type="Readiness",result="${result}"} (\\d+)`).exec(body)?.[1]);
  expect(body).toContain('prober_probe_total{container="main",namespace="default",pod="web",pod_uid="');
  expect(counted('failed')).toBeGreaterThanOrEqual(4);
  expect(counted('successful')).toBeGreaterThanOrEqual(4);
  const took = (row: string): number => Number(new RegExp(`probe_duration_seconds_${row}} (\\S+)`).exec(body)?.[1]);
  const labels = 'container="main",namespace="default",pod="web",probe_type="Readiness"';
  expect(took(`bucket{${labels},le="10"`)).toBe(counted('successful'));
  expect(took(`bucket{${labels},le="\\+Inf"`)).toBe(counted('successful'));
  expect(took(`count{${labels}`)).toBe(counted('successful'));
  expect(took(`sum{${labels}`)).toBeLessThan(counted('successful'));
  const { kubeletconfig } = JSON.parse(page(world, '/configz').body);
  expect(kubeletconfig).toMatchObject({ kind: 'KubeletConfiguration', maxPods: 110, clusterDNS: ['10.96.0.10'] });
});
