import { describe, expect, test } from 'vitest';
import { masked } from './normalise.ts';

describe('what varies from run to run is found by its form', () => {
  test.each([
    ['d8a54a38-cfd0-4594-a584-8996d678baa9', '<uid>'],
    ['web-7f5dd854b7-kt8p7', 'web-7f5dd854b7-<name>'],
    ['kube-api-access-fhxnh', 'kube-api-access-<name>'],
    ['node-debugger-kind-control-plane-trpqn', 'node-debugger-kind-control-plane-<name>'],
    ['cj-29920155-n9c9m', 'cj-<minute>-<name>'],
    ['2026-11-20T20:35:59Z', '<time>'],
    ['2026-11-20T20:35:59.123456Z', '<time>'],
    ['Fri, 20 Nov 2026 21:46:11 +0000', '<time>'],
    ['2026/11/20 21:38:02 [notice] 1#1: exit', '<time> [notice] 1#1: exit'],
    ['I1120 21:46:11.123456   12345 round_trippers.go:632] "Response"', 'I<time> round_trippers.go:632] "Response"'],
    ['10.244.0.108', '<podAddress>'],
    ['10-244-0-108.default.pod', '<podAddress>.default.pod'],
    ['10.96.150.56', '<serviceAddress>'],
    ['80:31234/TCP', '80:<nodePort>/TCP'],
    [`containerd://${'8110211b56abc42c'.repeat(4)}`, 'containerd://<containerId>'],
    [`docker.io/library/busybox@sha256:${'5f7ff6da'.repeat(8)}`, 'docker.io/library/busybox@sha256:<imageId>'],
    ['too old resource version: 1 (22458)', 'too old resource version: <version> (<version>)'],
    ['\\"resourceVersion\\":\\"3080\\"', '\\"resourceVersion\\":\\"<version>\\"'],
    ['1 (6s ago)', '1 (<duration> ago)'],
    ['3s (x2 over 5s)', '3s (x2 over <duration>)'],
    ['pulled in 2.345s (2.345s including waiting)', 'pulled in <duration> (<duration> including waiting)'],
    ['/tmp/LIVE-3443243/v1.Pod', '/tmp/LIVE-<temporary>/v1.Pod'],
  ])('%s', (text, expected) => {
    expect(masked(text)).toBe(expected);
  });
});

describe('what does not vary is left alone', () => {
  test.each([
    'web-7f5dd854b7',
    'kube-proxy',
    '10.96.0.1',
    '10.96.0.10',
    '10.96.0.0/16',
    '172.18.0.2',
    'nginx:1.27',
    'delay=0s timeout=1s period=2s #success=1 #failure=2',
    'NoExecute op=Exists for 300s',
    'Back-off 10s restarting failed container',
    'cpu: 500m',
    '80/TCP',
    'port 31234',
    'generation: 12',
    'coredns-kube-system',
    'replicas: 29920155',
  ])('%s', (text) => {
    expect(masked(text)).toBe(text);
  });
});
