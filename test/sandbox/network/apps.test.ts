import { describe, expect, it } from 'vitest';
import { seconds } from '../../../sandbox/time/units.ts';
import { endpointOf, type Lab, newLab, runPod, service, sh, slice } from './lab.ts';

/** A service of one pod. */
function expose(lab: Lab, name: string, image: string, port: number, env: Readonly<Record<string, string>> = {}) {
  const pod = runPod(lab, `${name}-0`, 'w1', image, { env });
  service(lab, name, { ports: [{ name: 'main', port, protocol: 'TCP' }] });
  slice(lab, name, [{ name: 'main', port, protocol: 'TCP' }], [endpointOf(pod)]);
  return pod;
}

function client(lab: Lab) {
  const pod = runPod(lab, 'client', 'w2', 'learn/client:1.0', { command: ['sleep', '100000'] });
  return (script: string): string => {
    const { stdout, stderr } = sh(lab, pod, script);
    return stdout + stderr;
  };
}

describe('the guestbook', () => {
  it('keeps entries in its store, and says so when the store is away', () => {
    const lab = newLab();
    const kv = expose(lab, 'kv', 'learn/kv:7', 6379);
    expose(lab, 'guestbook', 'learn/guestbook:1.0', 5000);
    const run = client(lab);
    expect(run('curl -s -d "entry=hello you" http://guestbook:5000/')).toBe('stored: hello you\n');
    expect(run('wget -qO- http://guestbook:5000')).toBe('guestbook\npod: guestbook-0\nentries: 1\n- hello you\n');
    lab.runtimes.get('w1')?.killContainer(kv.container);
    lab.simulator.advance(seconds(1));
    expect(run('curl -s http://guestbook:5000')).toBe('store kv:6379: connection refused\n');
  });
});

describe('app and db', () => {
  it('let in who knows the password', () => {
    const lab = newLab();
    expose(lab, 'db', 'learn/db:1.0', 5432, { DB_PASSWORD: 'plum' });
    expose(lab, 'good', 'learn/app:1.0', 8080, { DB_PASSWORD: 'plum' });
    expose(lab, 'bad', 'learn/app:1.0', 8080, { DB_PASSWORD: 'pear' });
    expose(lab, 'longer', 'learn/app:1.0', 8080, { DB_PASSWORD: 'plum\n' });
    expose(lab, 'none', 'learn/app:1.0', 8080);
    const run = client(lab);
    expect(run('curl -s good:8080')).toBe('logged in to db:5432 as app\n');
    expect(run('curl -s -w "%{http_code}" bad:8080')).toBe('password authentication failed for user "app"\n500');
    expect(run('curl -s longer:8080')).toMatch(/authentication failed/);
    expect(run('curl -s none:8080')).toMatch(/DB_PASSWORD is not set/);
  });
});

describe('brokers', () => {
  it('register under their own ids, and keep messages', () => {
    const lab = newLab();
    expose(lab, 'coordinator', 'learn/registry:1.0', 8080);
    const run = client(lab);
    const begin = (name: string, properties: string) =>
      runPod(lab, name, 'w1', 'learn/broker:1.0', {
        command: [
          'sh',
          '-c',
          `mkdir -p /etc/broker; printf '${properties}' > /etc/broker/server.properties; exec broker`,
        ],
      });
    const first = begin('a', 'broker.id=0\\ncoordinator=coordinator:8080\\n');
    const second = begin('b', 'broker.id=0\\ncoordinator=coordinator:8080\\n');
    const third = begin('c', 'coordinator=coordinator:8080\\n');
    lab.simulator.advance(seconds(2));
    const runtime = lab.runtimes.get('w1');
    expect([first, second, third].map(({ container }) => runtime?.container(container)?.state)).toEqual([
      'running',
      'exited',
      'exited',
    ]);
    expect(run(`curl -s -d hi ${first.address}:9092/messages; curl -s ${first.address}:9092/messages`)).toBe(
      'kept\nhi\n',
    );
    expect(run('curl -s coordinator:8080/members')).toBe('broker-0\n');
  });
});

describe('teaching servers', () => {
  it('start slowly, freeze and refuse to work misconfigured, as their images say', () => {
    const lab = newLab();
    const slow = runPod(lab, 'slow', 'w1', 'learn/slow:1.0', { env: { STARTUP_SECONDS: '5' } });
    const frozen = runPod(lab, 'frozen', 'w1', 'learn/freezer:1.0', { env: { FREEZE_AFTER: '10' } });
    const shop = runPod(lab, 'shop', 'w1', 'learn/shop:1.0');
    const run = client(lab);
    expect(run(`curl -sS -m 1 ${slow.address}:8080`)).toMatch(/^curl: \(7\)/);
    expect(
      run(`curl -s ${frozen.address}:8080/version; curl -s -o /dev/null -w '%{http_code}' ${shop.address}:8080`),
    ).toBe('-\n200');
    lab.simulator.advance(seconds(12));
    expect(run(`curl -s ${slow.address}:8080/version`)).toBe('-\n');
    expect(run(`curl -sS -m 2 ${frozen.address}:8080`)).toMatch(
      /^curl: \(28\) Operation timed out after 20\d\d milliseconds/,
    );
  });
});
