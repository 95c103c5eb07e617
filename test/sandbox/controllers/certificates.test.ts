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
});
