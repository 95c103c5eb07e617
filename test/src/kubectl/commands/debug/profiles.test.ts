import { describe, expect, test } from 'vitest';
import type { V1Pod } from '../../../../../sandbox/schema/generated/types.ts';
import { applyProfile } from '../../../../../src/kubectl/commands/debug/profiles.ts';

const KEEP_NOTHING = {
  labels: false,
  annotations: false,
  liveness: false,
  readiness: false,
  startup: false,
  initContainers: false,
};
const pod: V1Pod = {
  metadata: { name: 'web', labels: { app: 'web' } },
  spec: {
    containers: [{ name: 'web', livenessProbe: { exec: { command: ['ls'] } } }, { name: 'dbg' }],
    initContainers: [{ name: 'setup' }],
  },
};

describe('debugging profiles', () => {
  test('let a debugger trace processes', () => {
    const { spec } = applyProfile('general', pod, 'dbg', 'ephemeral', KEEP_NOTHING);
    expect(spec?.containers[1]?.securityContext).toEqual({ capabilities: { add: ['SYS_PTRACE'] } });
    expect(spec?.containers[0]?.securityContext).toBeUndefined();
  });

  test('leave out of copies what would make them take part', () => {
    const { metadata, spec } = applyProfile('netadmin', pod, 'dbg', 'copy', KEEP_NOTHING);
    expect(metadata).toEqual({ name: 'web' });
    expect(spec).toMatchObject({ shareProcessNamespace: true, containers: [{ name: 'web' }, { name: 'dbg' }] });
    expect(spec?.containers[0]).not.toHaveProperty('livenessProbe');
    expect(spec).not.toHaveProperty('initContainers');
  });

  test("open a node's files and namespaces", () => {
    const { spec } = applyProfile('sysadmin', pod, 'dbg', 'node', KEEP_NOTHING);
    expect(spec).toMatchObject({ hostPID: true, volumes: [{ name: 'host-root', hostPath: { path: '/' } }] });
    expect(spec?.containers[1]).toMatchObject({
      securityContext: { privileged: true },
      volumeMounts: [{ mountPath: '/host', name: 'host-root' }],
    });
  });
});
