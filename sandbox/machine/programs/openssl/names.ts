// Names of who is certified, as `openssl` takes them (`/C=DE/CN=web`) and shows them (`C = DE, CN = web`).

import type { Subject } from '../../../kube/x509/certificate.ts';
import { identifier } from '../../../kube/x509/reading.ts';
import { children, type Value } from '../../../kube/x509/value.ts';
import { Refused } from './line.ts';

const TYPES: ReadonlyMap<string, string> = new Map([
  ['C', '2.5.4.6'],
  ['ST', '2.5.4.8'],
  ['L', '2.5.4.7'],
  ['O', '2.5.4.10'],
  ['OU', '2.5.4.11'],
  ['CN', '2.5.4.3'],
  ['emailAddress', '1.2.840.113549.1.9.1'],
  ['serialNumber', '2.5.4.5'],
  ['DC', '0.9.2342.19200300.100.1.25'],
  ['UID', '0.9.2342.19200300.100.1.1'],
]);

/** The long names that configuration files may use. */
const LONG: ReadonlyMap<string, string> = new Map([
  ['countryName', 'C'],
  ['stateOrProvinceName', 'ST'],
  ['localityName', 'L'],
  ['organizationName', 'O'],
  ['organizationalUnitName', 'OU'],
  ['commonName', 'CN'],
]);

/** From `/CN=jane/O=devs`. */
export function subjectFromText(text: string): Subject {
  if (!text.startsWith('/'))
    throw new Refused(`req: subject name is expected to be in the format /type0=value0/type1=value1: ${text}`);
  const pieces = text
    .slice(1)
    .split(/(?<!\\)\//)
    .filter((piece) => piece !== '')
    .map((piece) => piece.replace(/\\(.)/g, '$1'));
  return subjectFromPairs(
    pieces.map((piece) => [piece.replace(/=.*$/s, ''), piece.slice(piece.indexOf('=') + 1)] as const),
  );
}

export function subjectFromPairs(pairs: readonly (readonly [type: string, value: string])[]): Subject {
  const parts = pairs.map(([type, value]) => {
    const id = TYPES.get(LONG.get(type) ?? type);
    if (id === undefined) throw new Refused(`req: Skipping unknown subject name attribute "${type}"`);
    return [id, value] as const;
  });
  return subjectOf(parts);
}

/** From a name as it stands in a certificate or a request. */
export function subjectFromName(name: Value | undefined): Subject {
  return subjectOf(partsOf(name));
}

function subjectOf(parts: readonly (readonly [id: string, value: string])[]): Subject {
  const of = (type: string): readonly string[] =>
    parts.filter(([id]) => id === TYPES.get(type)).map(([, value]) => value);
  return { commonName: of('CN').at(-1) ?? '', organizations: of('O'), parts };
}

function partsOf(name: Value | undefined): readonly (readonly [id: string, value: string])[] {
  return children(name)
    .flatMap((set) => children(set))
    .map((part) => {
      const [id, value] = children(part);
      return [identifier(id?.content), new TextDecoder().decode(value?.content)] as const;
    });
}

/** `C = DE, O = Acme, CN = example.com` */
export function shownName(name: Value | undefined): string {
  const typeOf = (wanted: string): string => [...TYPES].find(([, id]) => id === wanted)?.[0] ?? wanted;
  return partsOf(name)
    .map(([id, value]) => `${typeOf(id)} = ${value}`)
    .join(', ');
}
