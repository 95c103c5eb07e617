// Extensions that users wish for: on the command line, or in a configuration file.

import {
  alternativeNames,
  EXTENDED_KEY_USAGE,
  extension,
  FOR_CLIENTS,
  FOR_SERVERS,
  KEY_USAGE,
} from '../../../kube/x509/certificate.ts';
import { bits, boolean, integer, oid, sequence } from '../../../kube/x509/der.ts';
import { Refused } from './line.ts';

const BASIC_CONSTRAINTS = '2.5.29.19';

/** Settings of a configuration file by section; what stands before the first has no name. */
export type Sections = ReadonlyMap<string, readonly (readonly [name: string, value: string])[]>;

export function readSections(text: string): Sections {
  const sections = new Map<string, [string, string][]>();
  let open: [string, string][] = [];
  sections.set('', open);
  for (const raw of text.split('\n')) {
    const line = raw.replace(/(^|\s)#.*$/, '').trim();
    const section = /^\[\s*([^\]\s]+)\s*\]$/.exec(line)?.[1];
    if (section !== undefined) {
      open = sections.get(section) ?? [];
      sections.set(section, open);
    } else if (line.includes('=')) {
      const at = line.indexOf('=');
      open.push([line.slice(0, at).trim(), line.slice(at + 1).trim()]);
    }
  }
  return sections;
}

export function setting(sections: Sections, section: string, name: string): string | undefined {
  return sections.get(section)?.find(([each]) => each === name)?.[1];
}

/** The extensions of a section. */
export function extensionsIn(sections: Sections, section: string): readonly Uint8Array[] {
  const found = sections.get(section);
  if (found === undefined) throw new Refused(`Error checking extension section ${section}`);
  return found.flatMap(([name, value]) => extensionFrom(name, value, sections));
}

/** From `subjectAltName=DNS:web,IP:10.0.0.1`. */
export function extensionFromText(text: string): readonly Uint8Array[] {
  const at = text.indexOf('=');
  return extensionFrom(text.slice(0, at).trim(), text.slice(at + 1).trim(), new Map());
}

type Writer = (words: readonly string[], critical: boolean, sections: Sections) => readonly Uint8Array[];

const WRITERS: Readonly<Record<string, Writer>> = {
  subjectAltName: (words, _, sections) => [alternatives(words, sections)],
  basicConstraints: (words, critical) => [extension(BASIC_CONSTRAINTS, critical, constraints(words))],
  keyUsage: (words, critical) => [extension(KEY_USAGE, critical, usage(words))],
  extendedKeyUsage: (words, critical) => [extension(EXTENDED_KEY_USAGE, critical, purposes(words))],
  // These two follow from the keys, and are there anyway.
  subjectKeyIdentifier: () => [],
  authorityKeyIdentifier: () => [],
};

function extensionFrom(name: string, value: string, sections: Sections): readonly Uint8Array[] {
  const write = Object.hasOwn(WRITERS, name) ? WRITERS[name] : undefined;
  if (write === undefined) throw new Refused(`${name} is not modelled here: ${Object.keys(WRITERS).join(', ')} are`);
  const words = value.split(',').map((word) => word.trim());
  return write(
    words.filter((word) => word !== 'critical'),
    words.includes('critical'),
    sections,
  );
}

/** `DNS:web`, `IP:10.0.0.1`, or `@section` with `DNS.1 = web`. */
function alternatives(words: readonly string[], sections: Sections): Uint8Array {
  const entries = words.flatMap((word): (readonly [string, string])[] => {
    if (!word.startsWith('@')) return [[word.replace(/:.*$/, ''), word.slice(word.indexOf(':') + 1)]];
    return (sections.get(word.slice(1)) ?? []).map(([name, value]) => [name.replace(/\..*$/, ''), value]);
  });
  const of = (kind: string): string[] => entries.filter(([each]) => each === kind).map(([, value]) => value);
  const other = entries.find(([kind]) => kind !== 'DNS' && kind !== 'IP');
  if (other !== undefined) throw new Refused(`subjectAltName: ${other[0]}: is not modelled here: DNS: and IP: are`);
  return alternativeNames(of('DNS'), of('IP'));
}

function constraints(words: readonly string[]): Uint8Array {
  const length = words.find((word) => word.startsWith('pathlen:'))?.slice('pathlen:'.length);
  if (!words.some((word) => word.toUpperCase() === 'CA:TRUE')) return sequence();
  return sequence(boolean(true), ...(length === undefined ? [] : [integer(Uint8Array.of(Number(length)))]));
}

const USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
];

function usage(words: readonly string[]): Uint8Array {
  const places = words.map((word) => {
    const place = USAGES.indexOf(word);
    if (place < 0) throw new Refused(`keyUsage: unknown bit string argument: ${word}`);
    return place;
  });
  const byte = places.reduce((sum, place) => sum | (0x80 >> place), 0);
  return bits(Uint8Array.of(byte), 7 - Math.max(0, ...places));
}

const PURPOSES: ReadonlyMap<string, string> = new Map([
  ['serverAuth', FOR_SERVERS],
  ['clientAuth', FOR_CLIENTS],
  ['codeSigning', '1.3.6.1.5.5.7.3.3'],
  ['emailProtection', '1.3.6.1.5.5.7.3.4'],
]);

function purposes(words: readonly string[]): Uint8Array {
  return sequence(
    ...words.map((word) => {
      const id = PURPOSES.get(word);
      if (id === undefined) throw new Refused(`extendedKeyUsage: invalid object identifier: ${word}`);
      return oid(id);
    }),
  );
}
