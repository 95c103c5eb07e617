import { describe, expect, it } from 'vitest';
import { durationMs, seconds } from '../../../sandbox/time/units.ts';
import { copyLab, endpointOf, type Lab, type LabPod, newLab, onHost, runPod, service, sh, slice } from './lab.ts';

const PORT = [{ name: 'http', port: 8080, protocol: 'TCP' }];
const SPEC = { ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }] };

interface Web {
  readonly lab: Lab;
  readonly client: LabPod;
  readonly webs: readonly LabPod[];
}

/** Three servers on two nodes, a client, and a service `web` in front of the servers. */
function web(spec: object = {}): Web {
  const lab = newLab();
  const webs = ['w1', 'w1', 'w2'].map((node, index) => runPod(lab, `web-${index}`, node, 'learn/hello:1.0'));
  const client = runPod(lab, 'client', 'w1', 'busybox:1.36', { command: ['sleep', '3600'] });
  slice(
    lab,
    'web',
    PORT,
    webs.map((pod) => endpointOf(pod)),
  );
  service(lab, 'web', { ...SPEC, ...spec });
  return { lab, client, webs };
}

const get = (lab: Lab, pod: LabPod, url: string): string => {
  const { stdout, stderr } = sh(lab, pod, `wget -qO- -T 3 ${url}`);
  return (stdout + stderr).trim();
};

const answering = (text: string): string => /pod: (.*)/.exec(text)?.[1] ?? text;

describe('a pod', () => {
  it('reaches another by its address, on the same node and on another', () => {
    const { lab, client, webs } = web();
    expect(webs.map(({ address }) => address)).toEqual(['10.244.1.2', '10.244.1.3', '10.244.2.2']);
    expect(webs.map((pod) => answering(get(lab, client, `http://${pod.address}:8080`)))).toEqual([
      'web-0',
      'web-1',
      'web-2',
    ]);
  });

  it('is refused at a port on which nobody listens', () => {
    const { lab, client, webs } = web();
    expect(get(lab, client, `http://${webs[0]?.address}:81`)).toBe(
      "wget: can't connect to remote host (10.244.1.2): Connection refused",
    );
  });
});

describe('a service', () => {
  it('spreads connections over its endpoints', () => {
    const { lab, client } = web();
    const { stdout } = sh(
      lab,
      client,
      'for i in $(seq 30); do wget -qO- http://web; done | grep pod: | sort | uniq -c',
    );
    expect(stdout.trim().split('\n')).toHaveLength(3);
  });

  it('is found by its short name, by its long names and by its address', () => {
    const { lab, client } = web();
    for (const name of ['web', 'web.default', 'web.default.svc', 'web.default.svc.cluster.local'])
      expect(answering(get(lab, client, `http://${name}`))).toMatch(/^web-/);
  });

  it('refuses connections when it has no endpoints, and at ports that it has not', () => {
    const { lab, client } = web();
    slice(lab, 'web', PORT, []);
    expect(get(lab, client, 'http://web')).toMatch(/Connection refused$/);
    expect(get(lab, client, 'http://web:81')).toMatch(/Connection refused$/);
  });

  it('leads only to endpoints that are ready, and to those that end when no others are left', () => {
    const { lab, client, webs } = web();
    const [a, b] = webs;
    if (a === undefined || b === undefined) throw new Error('there are too few pods');
    const ending = { ready: false, serving: true, terminating: true };
    slice(lab, 'web', PORT, [endpointOf(a, { ready: false, serving: false }), endpointOf(b, ending)]);
    expect(answering(get(lab, client, 'http://web'))).toBe('web-1');
  });

  it('keeps a client at one endpoint when it is told to', () => {
    const { lab, client } = web({ sessionAffinity: 'ClientIP' });
    const { stdout } = sh(
      lab,
      client,
      'for i in $(seq 12); do wget -qO- http://web; done | grep pod: | sort | uniq -c',
    );
    expect(stdout.trim()).toMatch(/^12 pod: web-\d$/);
  });

  it('lets a client go to another endpoint when it has not come for so long', () => {
    const clientIP = { timeoutSeconds: 10 };
    const { lab, client } = web({ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP } });
    const seen = (pause: number): number => {
      const script = `for i in $(seq 12); do wget -qO- http://web; sleep ${pause}; done | grep pod: | sort -u | wc -l`;
      return Number(sh(lab, client, script).stdout);
    };
    expect(seen(9)).toBe(1);
    expect(seen(11)).toBeGreaterThan(1);
  });

  it('is not found by a client on the workstation, but its node port is, on each node', () => {
    const { lab } = web({ type: 'NodePort', ports: [{ ...SPEC.ports[0], nodePort: 30080 }] });
    for (const node of ['172.18.0.2', '172.18.0.3', '172.18.0.4'])
      expect(answering(onHost(lab, 'workstation', `wget -qO- -T 3 http://${node}:30080`).stdout)).toMatch(/^web-/);
    expect(onHost(lab, 'workstation', 'wget -qO- -T 3 http://172.18.0.3:80').stderr).toMatch(/Connection refused/);
  });

  it('drops what comes to a node without endpoints of its own when its policy is Local, and keeps the source', () => {
    const { lab, webs } = web({
      type: 'NodePort',
      externalTrafficPolicy: 'Local',
      ports: [{ ...SPEC.ports[0], nodePort: 30080 }],
    });
    expect(onHost(lab, 'workstation', 'wget -qO- -T 3 http://172.18.0.2:30080').stderr).toMatch(/timed out/);
    expect(answering(onHost(lab, 'workstation', 'wget -qO- -T 3 http://172.18.0.4:30080').stdout)).toBe('web-2');
    const log = lab.runtimes.get('w2')?.files().read('/var/log/pods/web-2.log') ?? new Uint8Array();
    expect(new TextDecoder().decode(log)).toContain('GET / 200 192.168.100.10');
    expect(webs).toHaveLength(3);
  });
});

describe('kube-proxy', () => {
  it('writes rules a moment after a change, and at most once a second', () => {
    const { lab } = web();
    const rules = () => lab.state.network.nodes.get('w1')?.table.services.get('default/web')?.[0]?.cluster.length;
    expect(rules()).toBe(3);
    slice(lab, 'web', PORT, []);
    expect(rules()).toBe(0);
  });

  it('leaves its rules as they are when it is stopped or cut off', () => {
    const { lab, client, webs } = web();
    lab.proxies.get('w1')?.stop();
    lab.proxies.get('w2')?.cutOff(true);
    slice(
      lab,
      'web',
      PORT,
      webs.slice(0, 1).map((pod) => endpointOf(pod)),
    );
    const count = (node: string) =>
      lab.state.network.nodes.get(node)?.table.services.get('default/web')?.[0]?.cluster.length;
    expect([count('w1'), count('w2'), count('control-plane')]).toEqual([3, 3, 1]);
    lab.proxies.get('w1')?.start();
    lab.proxies.get('w2')?.cutOff(false);
    lab.simulator.advance(seconds(3));
    expect([count('w1'), count('w2')]).toEqual([1, 1]);
    expect(answering(get(lab, client, 'http://web'))).toBe('web-0');
  });
});

describe('the API server', () => {
  it('is found from the workstation, from pods by the service address and at its node', () => {
    const { lab, client } = web();
    lab.simulator.advance(durationMs(10));
    for (const url of ['http://172.18.0.2:6443/version']) expect(get(lab, client, url)).toContain('"gitVersion"');
    expect(onHost(lab, 'workstation', 'wget -qO- http://127.0.0.1:6443/version').stdout).toContain('"gitVersion"');
    service(lab, 'kubernetes', { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443, protocol: 'TCP' }] });
    expect(get(lab, client, 'http://10.96.0.1:443/version')).toMatch(/refused/);
    slice(lab, 'kubernetes', [{ name: 'https', port: 6443, protocol: 'TCP' }], [{ addresses: ['172.18.0.2'] }]);
    expect(get(lab, client, 'http://10.96.0.1:443/version')).toContain('"gitVersion"');
  });
});

describe('a copy of a cluster', () => {
  it('goes on as the cluster does', () => {
    const { lab, client } = web();
    const copy = copyLab(lab);
    const script = 'for i in $(seq 10); do wget -qO- http://web; done';
    expect(sh(copy, client, script).stdout).toBe(sh(lab, client, script).stdout);
  });
});
