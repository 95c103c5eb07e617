// Certificate requests (PKCS#10): who asks, and for which names. Only what descriptions show is read.

export interface CertificateRequest {
  /** By the name that descriptions give the field. */
  readonly subject: ReadonlyMap<string, readonly string[]>;
  /** Alternative names, by their sort; sorts without names are left out. */
  readonly names: ReadonlyMap<string, readonly string[]>;
}

/** One element of DER: a tag and the bytes in it. */
interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
}

const SUBJECT_FIELDS: Readonly<Record<string, string>> = {
  '55.4.3': 'Common Name',
  '55.4.5': 'Serial Number',
  '55.4.6': 'Country',
  '55.4.7': 'Locality',
  '55.4.8': 'Province',
  '55.4.9': 'StreetAddress',
  '55.4.a': 'Organization',
  '55.4.b': 'Organizational Unit',
  '55.4.11': 'PostalCode',
};

const NAME_SORTS: Readonly<Record<number, string>> = {
  129: 'Email Addresses',
  130: 'DNS Names',
  134: 'URIs',
  135: 'IP Addresses',
};

const ALTERNATIVE_NAMES = '55.1d.11';
const SEQUENCE = 0x30;
const OBJECT_ID = 0x06;
const OCTETS = 0x04;

/** Reads PEM. Throws, as Go's x509 does, when it is no request. */
export function parseCertificateRequest(pem: string): CertificateRequest {
  const body = /-----BEGIN CERTIFICATE REQUEST-----([\s\S]*?)-----END CERTIFICATE REQUEST-----/.exec(pem)?.[1];
  if (body === undefined) throw new Error('Error parsing CSR: PEM block type must be CERTIFICATE REQUEST');
  const bytes = Uint8Array.from(atob(body.replaceAll(/\s/g, '')), (char) => char.charCodeAt(0));
  const [request] = elements(bytes);
  const [info] = elements(request?.content);
  const [, subject, , attributes] = elements(info?.content);
  return { subject: subjectOf(subject), names: namesOf(attributes) };
}

function elements(bytes: Uint8Array | undefined): readonly Element[] {
  const found: Element[] = [];
  for (let at = 0; bytes !== undefined && at + 1 < bytes.length; ) {
    const tag = bytes[at] ?? 0;
    let length = bytes[at + 1] ?? 0;
    at += 2;
    if (length > 0x80) {
      const size = length & 0x7f;
      length = bytes.subarray(at, at + size).reduce((sum, byte) => sum * 256 + byte, 0);
      at += size;
    }
    found.push({ tag, content: bytes.subarray(at, at + length) });
    at += length;
  }
  return found;
}

function idOf(element: Element | undefined): string {
  return element?.tag === OBJECT_ID ? [...element.content].map((byte) => byte.toString(16)).join('.') : '';
}

function subjectOf(subject: Element | undefined): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>();
  for (const set of elements(subject?.content)) {
    for (const pair of elements(set.content)) {
      const [id, value] = elements(pair.content);
      const name = SUBJECT_FIELDS[idOf(id)];
      if (name === undefined || value === undefined) continue;
      fields.set(name, [...(fields.get(name) ?? []), textOf(value.content)]);
    }
  }
  return fields;
}

/** The extension with alternative names lies somewhere in the attributes. */
function namesOf(attributes: Element | undefined): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const { tag, content } of extensionNames(attributes)) {
    const sort = NAME_SORTS[tag];
    if (sort === undefined) continue;
    const text = tag === 0x87 ? addressText(content) : textOf(content);
    names.set(sort, [...(names.get(sort) ?? []), text]);
  }
  return names;
}

function extensionNames(element: Element | undefined): readonly Element[] {
  const inside = elements(element?.content);
  if (idOf(inside[0]) === ALTERNATIVE_NAMES) {
    const octets = inside.find(({ tag }) => tag === OCTETS);
    return elements(octets?.content).flatMap(({ content }) => elements(content));
  }
  const nested = inside.filter(({ tag }) => tag === SEQUENCE || tag === 0x31 || tag === 0xa0);
  return nested.flatMap(extensionNames);
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return [...bytes].join('.');
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  const text = groups.join(':');
  const zeros = [...text.matchAll(/(?:^|:)0(?::0)+(?::|$)/g)].sort((a, b) => b[0].length - a[0].length)[0];
  return zeros === undefined ? text : text.replace(zeros[0], '::');
}
