import { describe, expect, it } from 'vitest';
import type { Fetched } from '../../../sandbox/machine/net/fetch.ts';
import { isolateHost } from '../../../sandbox/network/faults.ts';
import { requestFromOutside } from '../../../sandbox/network/outside.ts';
import { Services } from '../../../sandbox/schema/generated/resources.ts';
import { durationMs, seconds } from '../../../sandbox/time/units.ts';
import { endpointOf, type Lab, type LabPod, newLab, onHost, runPod, service, sh, slice } from './lab.ts';

const PORTS = [{ name: 'http', port: 8080, protocol: 'TCP' }];
const A = '198.51.100.7';
const B = '203.0.113.9';
const BALANCER = '172.19.0.100';

interface Shop {
  readonly lab: Lab;
  readonly webs: readonly LabPod[];
  /** What an outside client gets: a status, or why none. */
  readonly ask: (from: string, url: string) => number | string;
  readonly log: (pod: LabPod) => string;
}

/** Two servers on w1 and w2, none on the control plane, behind a load balancer. */
function shop(spec: object = {}): Shop {
  const lab = newLab();
  const webs = ['w1', 'w2'].map((node, index) => runPod(lab, `web-${index}`, node, 'learn/hello:1.0'));
  slice(
    lab,
    'web',
    PORTS,
    webs.map((pod) => endpointOf(pod)),
  );
  const made = service(lab, 'web', {
    type: 'LoadBalancer',
    ports: [{ name: 'http', port: 80, targetPort: 8080, nodePort: 30080, protocol: 'TCP' }],
    ...spec,
  });
  const status = { loadBalancer: { ingress: [{ ip: BALANCER, ipMode: 'VIP' }] } };
  lab.simulator.run(lab.simulator.client().updateStatus(Services, { ...made, status }));
  lab.simulator.advance(durationMs(1200));
  const answers = new Map<number, Fetched>();
  lab.simulator.loop.actor<Fetched>('outside', (fetched) => answers.set(Number(fetched.key), fetched));
  let asked = 0;
  return {
    lab,
    webs,
    ask(from, url) {
      const key = ++asked;
      requestFromOutside(
        lab.simulator.kernel,
        from,
        { method: 'GET', url, timeout: seconds(3) },
        { actor: 'outside', key },
      );
      lab.simulator.advance(seconds(4));
      const got = answers.get(key);
      return got === undefined ? 'nothing' : got.ok ? got.status : got.code;
    },
    log: ({ node, name }) =>
      new TextDecoder().decode(lab.runtimes.get(node)?.files().read(`/var/log/pods/${name}.log`) ?? new Uint8Array()),
  };
}

describe('a load balancer', () => {
  it('lets the world in, under the address of a node', () => {
    const { ask, webs, log } = shop();
    for (let i = 0; i < 6; i++) expect(ask(A, `http://${BALANCER}`)).toBe(200);
    expect(webs.map(log).join('')).not.toContain(A);
    expect(ask(A, 'http://10.244.1.2:8080')).toBe('ETIMEDOUT');
  });

  it('keeps the client’s address when the policy is Local, and asks only nodes that have endpoints', () => {
    const { ask, webs, log } = shop({ externalTrafficPolicy: 'Local' });
    for (let i = 0; i < 8; i++) expect(ask(A, `http://${BALANCER}`)).toBe(200);
    expect(webs.map(log).join('')).toContain(`GET / 200 ${A}`);
  });

  it('keeps out who is in none of its ranges', () => {
    const { ask } = shop({ loadBalancerSourceRanges: [`${A}/32`] });
    expect([ask(A, `http://${BALANCER}`), ask(B, `http://${BALANCER}`)]).toEqual([200, 'ETIMEDOUT']);
    expect(ask(B, 'http://172.18.0.3:30080')).toBe(200);
  });

  it('is told by each node how many endpoints it has', () => {
    const { lab } = shop({ externalTrafficPolicy: 'Local', healthCheckNodePort: 32000 });
    const health = (node: string) =>
      onHost(lab, 'workstation', `wget -qO- -T 2 http://${node}:32000/healthz`).stdout ||
      onHost(lab, 'workstation', `wget -qO- -T 2 http://${node}:32000/healthz`).stderr;
    expect(health('172.18.0.3')).toBe(
      '{"service":{"namespace":"default","name":"web"},"localEndpoints":1,"serviceProxyHealthy":true}',
    );
    expect(health('172.18.0.2')).toContain('503 Service Unavailable');
  });

  it('goes round a node that is cut off', () => {
    const { lab, ask } = shop({ externalTrafficPolicy: 'Local' });
    isolateHost(lab.simulator.kernel, lab.state.network, 'w2', true);
    for (let i = 0; i < 6; i++) expect(ask(A, `http://${BALANCER}`)).toBe(200);
  });
});

describe('a service within the cluster', () => {
  it('shows servers the client’s own address, and a pod that reaches itself the node’s', () => {
    const { lab, webs, log } = shop();
    const client = runPod(lab, 'client', 'w2', 'busybox:1.36', { command: ['sleep', '1000'] });
    sh(lab, client, 'for i in $(seq 8); do wget -qO- http://web; done');
    expect(webs.map(log).join('')).toContain(`GET / 200 ${client.address}`);
    const [first] = webs;
    if (first === undefined) throw new Error('there is no pod');
    sh(lab, first, 'for i in $(seq 12); do wget -qO- http://web; done');
    expect(log(first)).toContain('GET / 200 10.244.1.1');
  });

  it('stays on the node when its internal policy is Local, and is dropped where there is no endpoint', () => {
    const { lab } = shop({ internalTrafficPolicy: 'Local' });
    const client = runPod(lab, 'client', 'w2', 'busybox:1.36', { command: ['sleep', '1000'] });
    const { stdout } = sh(lab, client, 'for i in $(seq 6); do wget -qO- http://web; done | grep pod: | sort | uniq -c');
    expect(stdout.trim()).toBe('6 pod: web-1');
    const other = runPod(lab, 'other', 'control-plane', 'busybox:1.36', { command: ['sleep', '1000'] });
    expect(sh(lab, other, 'wget -qO- -T 2 http://web').stderr).toBe('wget: download timed out\n');
  });
});

describe('a node that is cut off', () => {
  it('is silent to others until it is joined again; what was connected goes on then', () => {
    const { lab, webs } = shop();
    const client = runPod(lab, 'client', 'w1', 'busybox:1.36', { command: ['sleep', '1000'] });
    isolateHost(lab.simulator.kernel, lab.state.network, 'w2', true);
    const url = `http://${webs[1]?.address}:8080`;
    expect(sh(lab, client, `wget -qO- -T 2 ${url}`).stderr).toBe('wget: download timed out\n');
    expect(lab.state.network.seen.at(-1)?.because).toBe('w2 is cut off from the network');
    isolateHost(lab.simulator.kernel, lab.state.network, 'w2', false);
    expect(sh(lab, client, `wget -qO- -T 2 ${url}`).status).toBe(0);
  });
});
