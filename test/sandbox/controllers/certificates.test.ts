import { describe, expect, it } from 'vitest';
import { refusal } from '../../../sandbox/controllers/certificates.ts';
import type { CertificateRequest } from '../../../sandbox/kube/x509/request.ts';

const asked = (commonName: string, ...organizations: string[]): CertificateRequest => ({
  subject: { commonName, organizations },
  publicKey: new Uint8Array(),
  isSigned: true,
});
const CLIENT = 'kubernetes.io/kube-apiserver-client';
const KUBELET = 'kubernetes.io/kube-apiserver-client-kubelet';

describe('a request for a certificate', () => {
  it('of a client is for nothing but clients', () => {
    expect(refusal(CLIENT, asked('jane'), ['client auth', 'digital signature'])).toBeUndefined();
    expect(refusal(CLIENT, asked('jane'), ['digital signature'])).toContain('missing required usage');
    expect(refusal(CLIENT, asked('jane'), ['server auth'])).toBe('invalid usage for client certificate: server auth');
  });

  it('of a kubelet names its node', () => {
    const usages = ['client auth', 'digital signature'];
    expect(refusal(KUBELET, asked('system:node:n1', 'system:nodes'), usages)).toBeUndefined();
    expect(refusal(KUBELET, asked('n1', 'system:nodes'), usages)).toContain('common name');
    expect(refusal(KUBELET, asked('system:node:n1', 'devs'), usages)).toContain('organization');
    expect(refusal(KUBELET, asked('system:node:n1', 'system:nodes'), ['client auth'])).toBe(
      'usages did not match [client auth digital signature key encipherment]',
    );
  });

  it('of a kubelet that serves says its names or addresses, and no others; as a client it has none', () => {
    const named = (...kinds: readonly ('DNS' | 'IP' | 'URI' | 'email')[]): CertificateRequest => ({
      ...asked('system:node:n1', 'system:nodes'),
      alternatives: { kinds: new Set(kinds), der: new Uint8Array() },
    });
    const serving = 'kubernetes.io/kubelet-serving';
    const usages = ['server auth', 'digital signature', 'key encipherment'];
    expect(refusal(serving, named('IP'), usages)).toBeUndefined();
    expect(refusal(serving, asked('system:node:n1', 'system:nodes'), usages)).toBe(
      'DNS or IP subjectAltName is required',
    );
    expect(refusal(serving, named('DNS', 'URI'), usages)).toBe('URI subjectAltNames are not allowed');
    expect(refusal(KUBELET, named('DNS'), ['client auth', 'digital signature'])).toBe(
      'DNS subjectAltNames are not allowed',
    );
  });
});
