import { describe, expect, it } from 'vitest';
import { worldName } from '../../../sandbox/network/dns/world.ts';
import { seconds } from '../../../sandbox/time/units.ts';
import { copyLab, endpointOf, type Lab, type LabPod, newLab, runPod, service, sh, slice } from './lab.ts';

const COREFILE = `.:53 {
    errors
    log
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . 172.18.0.1
    cache 30
    loop
    reload
    loadbalance
}
example.test:53 {
    hosts {
       10.0.0.7 www.example.test
    }
}
`;

interface Place {
  readonly lab: Lab;
  readonly dns: LabPod;
  readonly run: (script: string) => string;
}

/** A cluster whose names are answered by a pod. */
function place(corefile = COREFILE): Place {
  const lab = newLab();
  const dns = runPod(lab, 'coredns-0', 'w1', 'registry.k8s.io/coredns/coredns:v1.13.1', {
    args: ['-conf', '/etc/coredns/Corefile'],
    files: { '/etc/coredns/Corefile': corefile },
    env: { KUBERNETES_SERVICE_HOST: '172.18.0.2', KUBERNETES_SERVICE_PORT: '6443' },
  });
  const client = runPod(lab, 'client', 'w2', 'learn/client:1.0', { command: ['sleep', '100000'] });
  const ports = [{ name: 'dns', port: 53, protocol: 'UDP' }];
  slice(lab, 'kube-dns', ports, [endpointOf(dns)], 'kube-system');
  service(lab, 'kube-dns', { clusterIP: '10.96.0.10', ports }, 'kube-system');
  lab.state.network.world.set(...worldName('billing.example.org', ['203.0.113.40']));
  return {
    lab,
    dns,
    run: (script) => {
      const { stdout, stderr } = sh(lab, client, script);
      return stdout + stderr;
    },
  };
}

const logOf = ({ lab }: Place): string =>
  new TextDecoder().decode(lab.runtimes.get('w1')?.files().read('/var/log/pods/coredns-0.log') ?? new Uint8Array());

describe('CoreDNS', () => {
  it('answers from what it watches, and hears of changes', () => {
    const there = place();
    expect(there.run('dig +short kube-dns.kube-system.svc.cluster.local')).toBe('10.96.0.10\n');
    expect(there.run('dig +short web.prod.svc.cluster.local')).toBe('');
    service(there.lab, 'web', { clusterIP: '10.96.7.7', ports: [{ port: 80, protocol: 'TCP' }] }, 'prod');
    expect(there.run('dig +short web.prod.svc.cluster.local; nslookup -type=a 10.96.7.7 | head -1')).toBe(
      '10.96.7.7\n7.7.96.10.in-addr.arpa\tname = web.prod.svc.cluster.local.\n',
    );
    expect(logOf(there)).toMatch(
      /\[INFO\] 10\.244\.2\.2:\d+ - \d+ "A IN web\.prod\.svc\.cluster\.local\. udp \d+ false 512" NOERROR/,
    );
  });

  it('asks elsewhere for names of the world, and serves zones of its own', () => {
    const there = place();
    expect(there.run('dig +short billing.example.org')).toBe('203.0.113.40\n');
    expect(there.run('dig +short www.example.test')).toBe('10.0.0.7\n');
    service(there.lab, 'out', { type: 'ExternalName', externalName: 'billing.example.org' });
    expect(there.run('dig +short out.default.svc.cluster.local')).toBe('billing.example.org.\n203.0.113.40\n');
  });

  it('tells probes that it is ready', () => {
    const there = place();
    expect(there.run(`curl -s ${there.dns.address}:8181/ready; curl -s ${there.dns.address}:8080/health`)).toBe('OKOK');
  });

  it('makes lookups fail when its pod has gone', () => {
    const there = place();
    there.lab.runtimes.get('w1')?.killContainer(there.dns.container);
    there.lab.simulator.advance(seconds(1));
    expect(there.run('dig kube-dns.kube-system.svc.cluster.local')).toContain('connection refused');
    slice(there.lab, 'kube-dns', [{ name: 'dns', port: 53, protocol: 'UDP' }], [], 'kube-system');
    expect(there.run('wget -qO- http://kube-dns.kube-system')).toBe("wget: bad address 'kube-dns.kube-system'\n");
  });

  it('refuses a Corefile with a directive that it does not know', () => {
    const there = place('.:53 {\n    kuberntes cluster.local\n}\n');
    expect(logOf(there)).toContain("/etc/coredns/Corefile:2 - Error during parsing: Unknown directive 'kuberntes'");
    expect(there.lab.runtimes.get('w1')?.container(there.dns.container)?.exitCode).toBe(1);
  });

  it('goes on in a copy of the cluster', () => {
    const there = place();
    const copy = copyLab(there.lab);
    const client = [...copy.state.simulator.machine.containers.values()].at(-1);
    expect(client).toBeDefined();
    service(copy, 'later', { clusterIP: '10.96.9.9', ports: [{ port: 80, protocol: 'TCP' }] });
    const pod: LabPod = { name: 'client', node: 'w2', address: '', sandbox: '', container: client?.id ?? '' };
    expect(sh(copy, pod, 'dig +short later.default.svc.cluster.local').stdout).toBe('10.96.9.9\n');
  });
});
