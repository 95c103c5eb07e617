import { describe, expect, it } from 'vitest';
import { worldName } from '../../../sandbox/network/dns/world.ts';
import { endpointOf, type Lab, type LabPod, newLab, runPod, service, sh, slice } from './lab.ts';

interface Town {
  readonly lab: Lab;
  readonly client: LabPod;
  readonly web: LabPod;
}

const PORTS = [{ name: 'http', port: 8080, protocol: 'TCP' }];

/** A server behind `web`, an alias `out` of it, a headless service `peers`, and a client with every program. */
function town(image = 'busybox:1.36'): Town {
  const lab = newLab();
  const web = runPod(lab, 'web-0', 'w1', 'learn/hello:1.0');
  const client = runPod(lab, 'client', 'w2', image, { command: ['sleep', '3600'] });
  service(lab, 'web', {
    clusterIP: '10.96.116.224',
    ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }],
  });
  slice(lab, 'web', PORTS, [endpointOf(web)]);
  service(lab, 'out', { type: 'ExternalName', externalName: 'web.default.svc.cluster.local' });
  service(lab, 'peers', { clusterIP: 'None', ports: [{ name: 'http', port: 8080, protocol: 'TCP' }] });
  slice(lab, 'peers', PORTS, [
    { ...endpointOf(web), hostname: 'web-0' },
    { ...endpointOf(client), addresses: ['10.244.9.9'] },
  ]);
  lab.state.network.world.set(...worldName('billing.example.test', ['203.0.113.40']));
  return { lab, client, web };
}

const out = ({ lab, client }: Town, script: string): string => {
  const { stdout, stderr } = sh(lab, client, script);
  return stdout + stderr;
};

describe("busybox's nslookup", () => {
  it('prints what was recorded of a service and of a name that nobody knows', () => {
    const place = town();
    expect(sh(place.lab, place.client, 'nslookup web.default.svc.cluster.local')).toEqual({
      stdout:
        'Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n\nName:\tweb.default.svc.cluster.local\nAddress: 10.96.116.224\n\n',
      stderr: '',
      status: 0,
    });
    const nothing = "** server can't find nothing.default.svc.cluster.local: NXDOMAIN\n\n";
    expect(sh(place.lab, place.client, 'nslookup nothing.default.svc.cluster.local')).toEqual({
      stdout: `Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n${nothing}${nothing}`,
      stderr: '',
      status: 1,
    });
  });

  it('lists the endpoints of a headless service', () => {
    expect(out(town(), 'nslookup peers.default.svc.cluster.local')).toContain(
      'Name:\tpeers.default.svc.cluster.local\nAddress: 10.244.1.2\nName:\tpeers.default.svc.cluster.local\nAddress: 10.244.9.9\n',
    );
  });

  it('asks for records of other types', () => {
    const place = town();
    expect(out(place, 'nslookup -type=srv _http._tcp.peers.default.svc.cluster.local')).toContain(
      'service = 0 50 8080 web-0.peers.default.svc.cluster.local',
    );
    expect(out(place, 'nslookup 10.96.116.224')).toContain(
      '224.116.96.10.in-addr.arpa\tname = web.default.svc.cluster.local',
    );
  });
});

describe("BIND's nslookup and dig", () => {
  it('follow the search path and aliases', () => {
    const place = town('learn/client:1.0');
    expect(out(place, 'nslookup web')).toBe(
      'Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\nName:\tweb.default.svc.cluster.local\nAddress: 10.96.116.224\n\n',
    );
    expect(out(place, 'dig +short out.default.svc.cluster.local')).toBe(
      'web.default.svc.cluster.local.\n10.96.116.224\n',
    );
    expect(out(place, 'dig +short +search web-0.peers')).toBe('10.244.1.2\n');
    expect(out(place, 'dig +short billing.example.test')).toBe('203.0.113.40\n');
    expect(out(place, 'dig nothing.default.svc.cluster.local')).toContain('status: NXDOMAIN');
  });
});

describe('curl', () => {
  it('shows a table of the transfer where the answer goes to a file or a pipe', () => {
    const place = town('learn/client:1.0');
    const { stdout, stderr } = sh(place.lab, place.client, 'curl -o page http://web; wc -c < page');
    const size = stdout.trim().padStart(5);
    expect(stderr.split(/[\r\n]+/)).toEqual([
      '  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current',
      '                                 Dload  Upload   Total   Spent    Left  Speed',
      '  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0',
      expect.stringMatching(
        new RegExp(
          `^100 ${size}  100 ${size}    0     0  [ \\d]{4}[\\dkM]      0 --:--:-- --:--:-- --:--:-- [ \\d]{4}[\\dkM]$`,
        ),
      ),
      '',
    ]);
    const refused = sh(place.lab, place.client, 'curl http://web:81 | cat').stderr;
    expect(refused).toMatch(/Current\n.*Speed\n\r.*\r {2}0 {5}0 .*\ncurl: \(7\) Failed to connect/);
    expect(sh(place.lab, place.client, 'curl --no-progress-meter http://web >page').stderr).toBe('');
  });

  it('gets pages, shows statuses, and says why it failed', () => {
    const place = town('learn/client:1.0');
    expect(out(place, 'curl -s http://web | head -1')).toBe('version: 1.0\n');
    expect(out(place, 'curl -s -o /dev/null -w "%{http_code} %{remote_ip}\\n" web/nothing')).toBe(
      '404 10.96.116.224\n',
    );
    expect(sh(place.lab, place.client, 'curl -sSf web/nothing')).toEqual({
      stdout: '',
      stderr: 'curl: (22) The requested URL returned error: 404\n',
      status: 22,
    });
    expect(out(place, 'curl -sS nowhere')).toBe('curl: (6) Could not resolve host: nowhere\n');
    expect(sh(place.lab, place.client, 'curl -sS http://web:81')).toMatchObject({ status: 7 });
    expect(sh(place.lab, place.client, 'curl -sS -m 2 http://203.0.113.7')).toMatchObject({
      status: 28,
      stderr: expect.stringMatching(/^curl: \(28\) Connection timed out after 20\d\d milliseconds\n$/),
    });
    expect(out(place, 'curl -sI web | head -1')).toBe('HTTP/1.1 200 OK\r\n');
    expect(out(place, 'curl -v -s web 2>&1 | grep "^> "')).toContain('> GET / HTTP/1.1\n> Host: web\n');
  });
});

describe('nc', () => {
  it('tells open ports from closed ones, and carries bytes both ways', () => {
    const place = town();
    expect(out(place, 'nc -zv web 80')).toBe('web (10.96.116.224:80) open\n');
    expect(out(place, 'nc -zv web 81')).toBe('nc: web (10.96.116.224:81): Connection refused\n');
    expect(out(place, 'printf "GET /version HTTP/1.0\\r\\n\\r\\n" | nc web 80 | tail -1')).toBe('1.0\n');
    expect(out(place, '(nc -l -p 9000 > /tmp/heard &) ; echo hello | nc -w 1 127.0.0.1 9000; cat /tmp/heard')).toBe(
      'hello\n',
    );
    expect(sh(place.lab, place.client, 'nc -zv -w 2 203.0.113.7 80')).toMatchObject({
      status: 1,
      stderr: 'nc: timed out\n',
    });
  });
});

describe('ping', () => {
  it('is answered by pods, not by services', () => {
    const place = town();
    expect(out(place, 'ping -c 2 10.244.1.2')).toMatch(
      /^PING 10\.244\.1\.2 \(10\.244\.1\.2\): 56 data bytes\n64 bytes from 10\.244\.1\.2: seq=0 ttl=64 time=\d\.\d+ ms\n64 bytes[\s\S]*2 packets transmitted, 2 packets received, 0% packet loss\nround-trip min/,
    );
    expect(sh(place.lab, place.client, 'ping -c 2 -W 1 web')).toMatchObject({ status: 1 });
  });
});

describe('the network of a machine', () => {
  it('is shown by ip, ifconfig, route, netstat and ss', () => {
    const place = town('learn/client:1.0');
    expect(out(place, 'ip -4 addr show eth0')).toContain('inet 10.244.2.2/24 brd 10.244.2.255 scope global eth0');
    expect(out(place, 'ip route')).toBe(
      'default via 10.244.2.1 dev eth0 \n10.244.2.0/24 dev eth0 scope link  src 10.244.2.2 \n',
    );
    const busybox = town();
    expect(out(busybox, 'ifconfig eth0')).toContain('inet addr:10.244.2.2  Bcast:10.244.2.255  Mask:255.255.255.0');
    expect(out(busybox, 'route -n')).toContain('0.0.0.0         10.244.2.1      0.0.0.0         UG');
    expect(sh(busybox.lab, busybox.web, 'netstat -tln')).toMatchObject({
      stdout: expect.stringMatching(/tcp {8}0 {6}0 0\.0\.0\.0:8080 {12}0\.0\.0\.0:\* {15}LISTEN/),
    });
  });
});
