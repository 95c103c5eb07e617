import { describe, expect, it } from 'vitest';
import { readPolicy, standardText } from '../../../../sandbox/apiserver/admission/podsecurity/policy.ts';
import { detailsOf, violations } from '../../../../sandbox/apiserver/admission/podsecurity/standards.ts';
import { lookAt } from '../../../../sandbox/apiserver/admission/podsecurity/violation.ts';
import type { V1PodSpec } from '../../../../sandbox/schema/generated/types.ts';

const LABEL = 'pod-security.kubernetes.io/';

function found(level: 'baseline' | 'restricted', spec: V1PodSpec, minor?: number): string {
  return detailsOf(violations({ level, minor }, lookAt({}, spec)));
}

const HARDENED = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

describe('the pod security standards', () => {
  it('find nothing in a hardened pod', () => {
    expect(found('restricted', { containers: [{ name: 'a', image: 'a', securityContext: HARDENED }] })).toBe('');
  });

  it('name every container that lacks something', () => {
    const spec = { containers: [{ name: 'a', image: 'a' }], initContainers: [{ name: 'i', image: 'a' }] };
    expect(found('baseline', spec)).toBe('');
    expect(found('restricted', spec)).toBe(
      'allowPrivilegeEscalation != false (containers "i", "a" must set securityContext.allowPrivilegeEscalation=false), ' +
        'unrestricted capabilities (containers "i", "a" must set securityContext.capabilities.drop=["ALL"]), ' +
        'runAsNonRoot != true (pod or containers "i", "a" must set securityContext.runAsNonRoot=true), ' +
        'seccompProfile (pod or containers "i", "a" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    );
  });

  it.each<[string, V1PodSpec, string]>([
    [
      'host namespaces',
      { containers: [], hostNetwork: true, hostPID: true },
      'host namespaces (hostNetwork=true, hostPID=true)',
    ],
    [
      'ports of the host',
      { containers: [{ name: 'a', image: 'a', ports: [{ containerPort: 1, hostPort: 80 }] }] },
      'hostPort (container "a" uses hostPort 80)',
    ],
    [
      'paths of the host',
      { containers: [], volumes: [{ name: 'v', hostPath: { path: '/' } }] },
      'hostPath volumes (volume "v")',
    ],
    [
      'capabilities',
      { containers: [{ name: 'a', image: 'a', securityContext: { capabilities: { add: ['SYS_ADMIN', 'NET_RAW'] } } }] },
      'non-default capabilities (container "a" must not include "NET_RAW", "SYS_ADMIN" in securityContext.capabilities.add)',
    ],
    [
      'sysctls',
      { containers: [], securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } },
      'forbidden sysctls (kernel.msgmax)',
    ],
  ])('forbid %s in the baseline already', (_, spec, text) => {
    expect(found('baseline', spec)).toBe(text);
  });

  it('are those of the version that was asked for', () => {
    const windows: V1PodSpec = { containers: [{ name: 'a', image: 'a' }], os: { name: 'windows' } };
    expect(found('restricted', windows, 24)).toContain('allowPrivilegeEscalation');
    expect(found('restricted', windows)).not.toContain('allowPrivilegeEscalation');
  });
});

describe("a namespace's policy", () => {
  it('warns of what it enforces', () => {
    const { policy } = readPolicy({ [`${LABEL}enforce`]: 'baseline', [`${LABEL}enforce-version`]: 'v1.30' });
    expect(standardText(policy.enforce)).toBe('baseline:v1.30');
    expect(standardText(policy.warn)).toBe('baseline:v1.30');
    expect(standardText(policy.audit)).toBe('privileged:latest');
  });

  it('is the strictest where nobody can tell what is enforced, and none where nobody can tell what is warned of', () => {
    const { policy, errors } = readPolicy({
      [`${LABEL}enforce`]: 'x',
      [`${LABEL}warn`]: 'y',
      [`${LABEL}warn-version`]: '1',
    });
    expect(policy.enforce.level).toBe('restricted');
    expect(policy.warn.level).toBe('privileged');
    expect(errors.map(({ field }) => field)).toEqual(
      ['enforce', 'warn', 'warn-version'].map((key) => `metadata.labels[${LABEL}${key}]`),
    );
  });
});
