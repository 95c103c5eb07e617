import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { pemBlocks } from '../../../../../sandbox/kube/x509/pem.ts';
import { readRequest } from '../../../../../sandbox/kube/x509/request.ts';
import { readCertificates, verifyServer } from '../../../../../sandbox/machine/net/tls.ts';
import { openssl } from '../../../../../sandbox/machine/programs/openssl/openssl.ts';
import { EPOCH, timeMs } from '../../../../../sandbox/time/units.ts';
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

  it('signs a request as an authority, and the signature is believed', () => {
    const room = newRoom({ programs: { openssl } });
    const ask = (line: string): Ran => run(room, line.split(' '), 60_000, { cwd: '/tmp' });
    ask('openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=ca -keyout ca.key -out ca.crt');
    ask(
      'openssl req -new -newkey rsa:2048 -nodes -subj /O=devs/CN=jane -keyout j.key -out j.csr -addext subjectAltName=DNS:web',
    );
    const signed = ask(
      'openssl x509 -req -in j.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 10 -copy_extensions copy -out j.crt',
    );
    expect(signed.stderr).toBe('Certificate request self-signature ok\nsubject=O = devs, CN = jane\n');
    expect(ask('openssl verify -CAfile ca.crt j.crt')).toMatchObject({ stdout: 'j.crt: OK\n', status: 0 });
    expect(ask('openssl verify j.crt')).toMatchObject({
      stderr:
        'O = devs, CN = jane\nerror 20 at 0 depth lookup: unable to get local issuer certificate\nerror j.crt: verification failed\n',
      status: 2,
    });
    expect(ask('openssl verify ca.crt').stderr).toContain('error 18 at 0 depth lookup: self-signed certificate');
    expect(ask('openssl x509 -in j.crt -noout -ext subjectAltName').stdout).toContain('DNS:web');
    const { stdout } = ask('openssl x509 -in j.crt');
    expect(new X509Certificate(stdout)).toMatchObject({ issuer: 'CN=ca', subject: 'O=devs\nCN=jane' });
    expect(ask('openssl x509 -in j.crt -noout -serial').stdout).toMatch(/^serial=[4-7][0-9A-F]{39}\n$/);
  });

  it('makes certificates that clients believe when they are given the authority, for their names alone', () => {
    const room = newRoom({ programs: { openssl } });
    const ask = (line: string): Ran => run(room, line.split(' '), 60_000, { cwd: '/tmp' });
    ask('openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=ca -keyout ca.key -out ca.crt');
    ask(
      'openssl req -new -newkey rsa:2048 -nodes -subj /CN=web -keyout w.key -out w.csr -addext subjectAltName=DNS:web,IP:10.0.0.9',
    );
    ask('openssl x509 -req -in w.csr -CA ca.crt -CAkey ca.key -days 10 -copy_extensions copy -out w.crt');
    const [ca, leaf] = ['ca', 'w'].map((name) => ask(`openssl x509 -in ${name}.crt`).stdout);
    const other = ask('openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=ca -keyout o.key').stdout;
    const check = (authority: string | undefined, host: string) => () =>
      verifyServer(
        readCertificates,
        leaf ?? '',
        authority === undefined ? undefined : { ca: authority },
        host,
        timeMs(EPOCH + 3_600_000),
      );
    for (const host of ['web', '10.0.0.9']) expect(check(ca, host)).not.toThrow();
    expect(check(ca, 'db')).toThrow('x509: certificate is valid for web, not db');
    expect(check(other, 'web')).toThrow('x509: certificate signed by unknown authority');
    expect(check(undefined, 'web')).toThrow('x509: certificate signed by unknown authority');
  });

  it('makes the same key when it is played again', () => {
    const [first, second] = [ran('openssl genrsa 2048'), ran('openssl genrsa 2048')];
    expect(createPrivateKey(first.stdout).asymmetricKeyDetails).toMatchObject({ modulusLength: 2048 });
    expect(second.stdout).toBe(first.stdout);
  });

  it.each([
    ['openssl', 'Invalid command'],
    ['openssl s_client -connect web:443', 'Name or service not known'],
    ['openssl enc -aes-256-cbc', 'Unknown option or cipher: aes-256-cbc'],
    ['openssl req -new -keyfoo', 'Unknown option or cipher: keyfoo'],
    ['openssl req -new -newkey rsa:2048', 'give the subject with -subj'],
    ['openssl req -new -newkey ec -subj /CN=a', '-newkey ec is not modelled here'],
    ['openssl req -new -newkey rsa:512 -subj /CN=a', 'keys of 512 bits are not modelled here'],
    ['openssl req -new -newkey rsa:2048 -subj /X=DE/CN=a', 'unknown subject name attribute "X"'],
    ['openssl x509 -in /nowhere -noout', 'No such file'],
    ['openssl rand', 'how many bytes'],
  ])('refuses aloud: %s', (line, message) => {
    const { stderr, status } = ran(line);
    expect(stderr).toContain(message);
    expect(status).toBe(1);
  });
});
