import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { pemBlocks } from '../../../../../sandbox/kube/x509/pem.ts';
import { readRequest } from '../../../../../sandbox/kube/x509/request.ts';
import { openssl } from '../../../../../sandbox/machine/programs/openssl/openssl.ts';
import { newRoom, type Ran, run } from '../../room.ts';

function ran(script: string): Ran {
  const room = newRoom({ programs: { openssl } });
  return run(room, script.split(' '));
}

describe('openssl', () => {
  it('makes a request that is signed with the key that it names', () => {
    const { stdout } = ran('openssl req -new -newkey rsa:2048 -nodes -keyout /tmp/k.pem -subj /CN=jane/O=devs');
    const [block] = pemBlocks(stdout);
    const request = readRequest(Buffer.from(block?.base64 ?? '', 'base64'));
    expect(block?.type).toBe('CERTIFICATE REQUEST');
    expect(request).toMatchObject({ subject: { commonName: 'jane', organizations: ['devs'] }, isSigned: true });
  });

  it('makes a certificate that signs itself', () => {
    const { stdout } = ran(
      'openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=example.com -keyout /tmp/k.pem',
    );
    const certificate = new X509Certificate(stdout);
    expect(certificate.subject).toBe('CN=example.com');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)).toBe(30 * 86_400_000);
  });

  it('makes the same key when it is played again', () => {
    const [first, second] = [ran('openssl genrsa 2048'), ran('openssl genrsa 2048')];
    expect(createPrivateKey(first.stdout).asymmetricKeyDetails).toMatchObject({ modulusLength: 2048 });
    expect(second.stdout).toBe(first.stdout);
  });

  it.each([
    ['openssl', 'Invalid command'],
    ['openssl s_client -connect web:443', 'Invalid command'],
    ['openssl req -new -keyfoo', 'Unknown option or cipher: keyfoo'],
    ['openssl req -new -newkey rsa:2048', 'give the subject with -subj'],
    ['openssl req -new -newkey ec -subj /CN=a', '-newkey ec is not modelled here'],
    ['openssl req -new -newkey rsa:512 -subj /CN=a', 'keys of 512 bits are not modelled here'],
    ['openssl req -new -newkey rsa:2048 -subj /C=DE/CN=a', 'C= is not modelled here'],
    ['openssl x509 -in /nowhere -noout', 'No such file'],
    ['openssl rand', 'how many bytes'],
  ])('refuses aloud: %s', (line, message) => {
    const { stderr, status } = ran(line);
    expect(stderr).toContain(message);
    expect(status).toBe(1);
  });
});
