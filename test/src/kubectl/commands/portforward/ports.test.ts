import { describe, expect, test } from 'vitest';
import type { V1Pod, V1Service } from '../../../../../sandbox/schema/generated/types.ts';
import { parsePorts, throughPod, throughService } from '../../../../../src/kubectl/commands/portforward/ports.ts';

const pod: V1Pod = {
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'web', ports: [{ name: 'http', containerPort: 8080 }] }] },
};
const service: V1Service = {
  metadata: { name: 'web' },
  spec: { clusterIP: '10.0.0.1', ports: [{ name: 'www', port: 80, targetPort: 'http' }] },
};

describe('the ports of kubectl port-forward', () => {
  test('are local and remote, one for both, or any local one', () => {
    expect(['8080:80', '80', ':80'].map(parsePorts)).toEqual([
      { local: 8080, remote: 80 },
      { local: 80, remote: 80 },
      { local: 0, remote: 80 },
    ]);
  });

  test('are numbers that there can be', () => {
    expect(() => parsePorts('1:2:3')).toThrow("invalid port format '1:2:3'");
    expect(() => parsePorts('1:0')).toThrow('remote port must be > 0');
    expect(() => parsePorts('70000')).toThrow('value out of range');
  });

  test('of services lead to the ports of their pods', () => {
    expect(throughService('9000:80', service, pod)).toBe('9000:8080');
    expect(throughService('80', service, pod)).toBe('80:8080');
    expect(() => throughService('81', service, pod)).toThrow('Service web does not have a service port 81');
  });

  test('may be named', () => {
    expect(throughPod('9000:http', pod)).toBe('9000:8080');
    expect(() => throughPod('ftp', pod)).toThrow("Pod 'web' does not have a named port 'ftp'");
  });
});
