import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { clusterAuthority } from '../../../../sandbox/kube/x509/authority.ts';
import { bits, oid, sequence, set, utf8, within } from '../../../../sandbox/kube/x509/der.ts';
import { readRequest } from '../../../../sandbox/kube/x509/request.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 0);
const VALID = { notBefore: NOW - HOUR, notAfter: NOW + HOUR };

function request(commonName: string, organization: string): Uint8Array {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const part = (kind: string, value: string) => set(sequence(oid(kind), utf8(value)));
  const info = sequence(
    Uint8Array.of(2, 1, 0),
    sequence(part('2.5.4.10', organization), part('2.5.4.3', commonName)),
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    within(0),
  );
  return sequence(info, sequence(oid('1.2.840.10045.4.3.2')), bits(sign('sha256', info, keys.privateKey)));
}

/** As openssl makes it for DNS:w9 and IP:10.0.0.1. */
const WITH_NAMES = [
  'MIHWMIGJAgEAMDAxFTATBgNVBAoMDHN5c3RlbTpub2RlczEXMBUGA1UEAwwOc3lzdGVtOm5vZGU6dzkwKjAFBgMrZXADIQAxFT/v',
  'tCQIi2mKbBRvaWxCt+5MC/COZuxabDjBA4zpFqAmMCQGCSqGSIb3DQEJDjEXMBUwEwYDVR0RBAwwCoICdzmHBAoAAAEwBQYDK2Vw',
  'A0EASJmtWYEB1aKXmX953iIJv/OmZwDBiYsYnuvxozDYSwb2IufdQKDC6bbeXxQeHTYbGDMXTU6a3EUA14HQhWIIAw==',
];

describe('the authority of a cluster', () => {
  it('knows its users by their certificates, as long as these hold', () => {
    const authority = clusterAuthority('a');
    const { certificate } = authority.client('jane', ['devs', 'ops'], VALID);
    const user = authority.identify(certificate, NOW);
    expect(user).toMatchObject({ name: 'jane', groups: ['devs', 'ops', 'system:authenticated'] });
    expect(user?.extra?.['authentication.kubernetes.io/credential-id']?.[0]).toMatch(/^X509SHA256=[0-9a-f]{64}$/);
    expect(authority.identify(certificate, NOW + 2 * HOUR)).toBeUndefined();
    expect(clusterAuthority('b').identify(certificate, NOW)).toBeUndefined();
    expect(authority.identify('garbage', NOW)).toBeUndefined();
    expect(authority.identify(authority.certificate, NOW)).toBeUndefined();
  });

  it('gives the same certificates whenever it is asked for the same', () => {
    const [one, other] = [clusterAuthority('a'), clusterAuthority('a')];
    expect(one.certificate).toBe(other.certificate);
    expect(one.client('jane', [], VALID)).toEqual(other.client('jane', [], VALID));
    expect(new X509Certificate(one.certificate).ca).toBe(true);
  });

  it('certifies the key of a request', () => {
    const asked = readRequest(request('system:node:n1', 'system:nodes'));
    expect(asked).toMatchObject({
      subject: { commonName: 'system:node:n1', organizations: ['system:nodes'] },
      isSigned: true,
    });
    if (asked === undefined) return;
    const authority = clusterAuthority('a');
    const certificate = authority.issue(asked.subject, asked.publicKey, ['1.3.6.1.5.5.7.3.2'], VALID);
    expect(authority.identify(certificate, NOW)?.name).toBe('system:node:n1');
  });

  it('certifies the other names of a request, too', () => {
    const asked = readRequest(Buffer.from(WITH_NAMES.join(''), 'base64'));
    expect([...(asked?.alternatives?.kinds ?? [])]).toEqual(['DNS', 'IP']);
    if (asked === undefined) return;
    const { subject, publicKey, alternatives } = asked;
    const certificate = clusterAuthority('a').issue(
      subject,
      publicKey,
      ['1.3.6.1.5.5.7.3.1'],
      VALID,
      alternatives?.der,
    );
    expect(new X509Certificate(certificate).subjectAltName).toBe('DNS:w9, IP Address:10.0.0.1');
  });

  it('takes no request that is cut off or was changed', () => {
    const whole = request('jane', 'devs');
    for (let length = 0; length < whole.length; length += 7)
      expect(readRequest(whole.subarray(0, length))).toBeUndefined();
    const changed = Uint8Array.from(whole);
    changed[changed.indexOf('j'.charCodeAt(0))] = 'J'.charCodeAt(0);
    expect(readRequest(changed)?.isSigned).not.toBe(true);
  });
});
