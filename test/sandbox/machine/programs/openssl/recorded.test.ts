// What OpenSSL 3.0 showed of keys, requests and certificates, asked with the same files.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openssl } from '../../../../../sandbox/machine/programs/openssl/openssl.ts';
import { imageWith, newRoom, run } from '../../room.ts';

interface Recorded {
  readonly files: Readonly<Record<string, string>>;
  readonly cases: readonly {
    readonly line: string;
    readonly stdout: string;
    readonly stderr: string;
    readonly status: number;
  }[];
}

const { files, cases }: Recorded = JSON.parse(readFileSync(new URL('recorded.json', import.meta.url), 'utf8'));

it.each(cases)('openssl $line', ({ line, stdout, stderr, status }) => {
  const programs = { openssl };
  const placed = Object.fromEntries(Object.entries(files).map(([name, text]) => [`/w/${name}`, text]));
  const base = imageWith(programs);
  const image = { ...base, name: 'files', files: { ...base.files, ...placed } };
  const room = newRoom({ programs, images: [{ ...image, name: 'test', tags: ['files'] }], host: 'test:files' });
  const ran = run(room, ['openssl', ...line.split(' ')], 60_000, { cwd: '/w' });
  expect({ stdout: ran.stdout, stderr: ran.stderr, status: ran.status }).toEqual({
    stdout,
    stderr: stderr.replace(/^writing RSA key\n/m, ''),
    status,
  });
});
