// Secret: what isn't for everybody. Its type says which keys it has to have.

import { atKey, invalid, required, tooLong } from '../../kube/fielderrors.ts';
import { base64Of } from '../../kube/go/base64.ts';
import { sortedKeys } from '../../kube/go/text.ts';
import { isArray, isObject, own, withoutKey } from '../../kube/json.ts';
import { configMapKey, dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { type PemBlock, pemBlocks } from '../../kube/x509/pem.ts';
import { DecodingError } from '../../schema/errors.ts';
import { Secrets } from '../../schema/generated/resources.ts';
import type { V1Secret } from '../../schema/generated/types.ts';
import { parseJson } from '../../schema/json/parse.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { bytesIn, textOf } from './shared/bytes.ts';
import { type Errors, immutable, problemsOf } from './shared/checks.ts';
import { ageColumn, nameColumn, text } from './shared/columns.ts';
import { filled } from './shared/defaults.ts';
import { sealed } from './shared/immutable.ts';

const BYTES_MAX = 1024 * 1024;
const NAMED = { namespaced: true, name: nameRule(dns1123Subdomain) };
const ACCOUNT_NAME = 'kubernetes.io/service-account.name';

export const secrets = defineKind<V1Secret>({
  type: Secrets,
  strategy: {
    defaults: (secret) => filled(withTexts(secret), { type: 'Opaque' }),
    prepareUpdate: (next, current) => filled(next, { type: current.type }),
    validate: errors,
    validateUpdate: updateErrors,
    warnings,
  },
  selectableFields: { type: ({ type }) => type ?? '' },
  columns: [
    nameColumn(),
    text('Type', ({ type }) => type ?? ''),
    text('Data', ({ data = {} }) => Object.keys(data).length),
    ageColumn(),
  ],
});

/** Texts are only another way of writing data. */
function withTexts(secret: V1Secret): V1Secret {
  const { stringData = {}, data = {} } = secret;
  const entries = Object.entries(stringData).map(([key, value]) => [key, base64Of(value)] as const);
  if (entries.length === 0) return withoutKey(secret, 'stringData');
  return { ...withoutKey(secret, 'stringData'), data: { ...data, ...Object.fromEntries(entries) } };
}

function* errors(secret: V1Secret): Errors {
  const { data = {} } = secret;
  yield* metaErrors(secret, NAMED);
  let bytes = 0;
  for (const key of sortedKeys(data)) {
    yield* problemsOf(atKey('data', key), key, configMapKey(key));
    bytes += bytesIn(own(data, key) ?? '');
  }
  if (bytes > BYTES_MAX) yield tooLong('data', BYTES_MAX);
  yield* contentErrors(secret);
}

function* contentErrors({ type, data, metadata }: V1Secret): Errors {
  const missing = (...keys: readonly string[]) =>
    keys.filter((key) => own(data, key) === undefined).map((key) => required(atKey('data', key)));
  switch (type) {
    case 'kubernetes.io/service-account-token':
      if ((own(metadata?.annotations, ACCOUNT_NAME) ?? '') === '') {
        yield required(atKey('metadata.annotations', ACCOUNT_NAME));
      }
      break;
    case 'kubernetes.io/dockercfg':
      yield* json('.dockercfg', own(data, '.dockercfg'));
      break;
    case 'kubernetes.io/dockerconfigjson':
      yield* json('.dockerconfigjson', own(data, '.dockerconfigjson'));
      break;
    case 'kubernetes.io/basic-auth':
      if (missing('username', 'password').length === 2) yield* missing('username', 'password');
      break;
    case 'kubernetes.io/ssh-auth':
      if ((own(data, 'ssh-privatekey') ?? '') === '') yield required(atKey('data', 'ssh-privatekey'));
      break;
    case 'kubernetes.io/tls':
      yield* missing('tls.crt', 'tls.key');
      break;
  }
}

function* json(key: string, base64: string | undefined): Errors {
  const field = atKey('data', key);
  if (base64 === undefined) yield required(field);
  else {
    const problem = jsonObjectProblem(textOf(base64));
    if (problem !== undefined) yield invalid(field, '<secret contents redacted>', problem);
  }
}

/** Why the text is no JSON object, in the words of Go's decoder. */
function jsonObjectProblem(content: string): string | undefined {
  try {
    const { value } = parseJson(content);
    if (value === null || isObject(value)) return undefined;
    const found = isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
    return `json: cannot unmarshal ${found} into Go value of type map[string]interface {}`;
  } catch (error) {
    if (error instanceof DecodingError) return error.message;
    throw error;
  }
}

function* updateErrors(next: V1Secret, current: V1Secret): Errors {
  yield* metaUpdateErrors(next, current);
  yield* immutable('type', next.type ?? '', current.type ?? '');
  yield* sealed(next, current, ['data']);
  yield* errors(next);
}

function* warnings({ type, data }: V1Secret): Iterable<string> {
  if (type !== 'kubernetes.io/tls') return;
  const blocksOf = (key: string) => pemBlocks(textOf(own(data, key) ?? ''));
  const problem = certificateProblem(blocksOf('tls.crt')) ?? keyProblem(blocksOf('tls.key'));
  if (problem !== undefined) yield `tls: ${problem}`;
}

function typesOf(blocks: readonly PemBlock[]): string {
  return `[${blocks.map(({ type }) => type).join(' ')}]`;
}

function certificateProblem(blocks: readonly PemBlock[]): string | undefined {
  if (blocks.some(({ type }) => type === 'CERTIFICATE')) return undefined;
  const [first] = blocks;
  if (first === undefined) return 'failed to find any PEM data in certificate input';
  if (blocks.length === 1 && first.type.endsWith('PRIVATE KEY')) {
    return 'failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched';
  }
  const skipped = `after skipping PEM blocks of the following types: ${typesOf(blocks)}`;
  return `failed to find "CERTIFICATE" PEM block in certificate input ${skipped}`;
}

function keyProblem(blocks: readonly PemBlock[]): string | undefined {
  if (blocks.some(({ type }) => type === 'PRIVATE KEY' || type.endsWith(' PRIVATE KEY'))) return undefined;
  const [first] = blocks;
  if (first === undefined) return 'failed to find any PEM data in key input';
  if (blocks.length === 1 && first.type === 'CERTIFICATE') {
    return 'found a certificate rather than a key in the PEM for the private key';
  }
  const skipped = `after skipping PEM blocks of the following types: ${typesOf(blocks)}`;
  return `failed to find PEM block with type ending in "PRIVATE KEY" in key input ${skipped}`;
}
