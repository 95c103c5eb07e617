// kubectl create secret: generic, tls and docker-registry

import { goJson, quote } from '../../../../sandbox/kube/go/text.ts';
import { configMapKey } from '../../../../sandbox/kube/names.ts';
import type { Blocking, Bytes, Sys } from '../../../../sandbox/machine/sys.ts';
import { Secrets } from '../../../../sandbox/schema/generated/resources.ts';
import type { V1Secret } from '../../../../sandbox/schema/generated/types.ts';
import { encodeBase64 } from '../../../../sandbox/schema/scalars/base64.ts';
import type { Call } from '../../call.ts';
import { asError } from '../../errors.ts';
import { readFile } from '../../files.ts';
import { confirmKeyPair } from '../../keypair.ts';
import { sourcesOf } from './configmap.ts';
import { confirmSources, type Entry, encode, envFileEntries, fileEntries, literalEntry } from './entries.ts';
import { generator, type Target } from './generator.ts';
import { secretHash } from './hash.ts';

const FAILURE = 'failed to create secret';
const DOCKER_KEY = '.dockerconfigjson';

export const createSecretGeneric = generator({
  path: 'create secret generic',
  type: Secrets,
  failure: FAILURE,
  long: `
Create a secret with the given name from files, folders or literal values.

The key of a file is its name, unless another one is given. Of a folder, all files count whose names can be keys; whatever else lies there, folders and links too, is passed over.`,
  examples: `
# All files of a folder
kubectl create secret generic keys --from-file=keys/

# A file under a key of its own
kubectl create secret generic keys --from-file=private=keys/id_rsa

# Literal values
kubectl create secret generic login --from-literal=user=ann --from-literal=password=x

# Variables from files
kubectl create secret generic login --from-env-file=login.env`,
  *validate({ flags }, { name }) {
    if (name === '') throw new Error('name must be specified');
    confirmSources(sourcesOf({ flags }));
  },
  *make(call, target) {
    return hashed(call, secretOf(target, call.flags.string('type'), yield* genericEntries(call)));
  },
});

export const createSecretTls = generator({
  path: 'create secret tls',
  type: Secrets,
  failure: FAILURE,
  long: `
Create a TLS secret with the given name from a certificate and its private key.

Both are files of PEM text, and the certificate must be for that key.`,
  examples: `
# The key pair of a web server
kubectl create secret tls web-cert --cert=web.crt --key=web.key`,
  *validate({ flags }) {
    if (flags.string('key') === '' || flags.string('cert') === '') throw new Error('key and cert must be specified');
  },
  *make(call, target) {
    const { sys, flags } = call;
    const cert = yield* pemFile(sys, flags.string('cert'));
    const key = yield* pemFile(sys, flags.string('key'));
    confirmKeyPair(cert, key);
    const entries = [
      { key: 'tls.crt', value: cert },
      { key: 'tls.key', value: key },
    ];
    return hashed(call, secretOf(target, 'kubernetes.io/tls', entries));
  },
});

export const createSecretDockerRegistry = generator({
  path: 'create secret docker-registry',
  type: Secrets,
  failure: FAILURE,
  long: `
Create a secret with the given name for pulling images from a registry that wants to know who asks.

Pods use it through imagePullSecrets, their own or those of their service account.`,
  examples: `
# From a user and a password
kubectl create secret docker-registry pull --docker-server=registry.example --docker-username=ann --docker-password=x

# From what docker remembers
kubectl create secret docker-registry pull --from-file=.dockerconfigjson=config.json`,
  *validate({ flags }, { name }) {
    if (name === '') throw new Error('name must be specified');
    const needed = ['docker-username', 'docker-password', 'docker-server'];
    if (flags.strings('from-file').length > 0 || needed.every((flag) => flags.string(flag) !== '')) return;
    throw new Error(
      'either --from-file or the combination of --docker-username, --docker-password and --docker-server is required',
    );
  },
  *make(call, target) {
    return hashed(call, secretOf(target, 'kubernetes.io/dockerconfigjson', yield* dockerEntries(call)));
  },
});

function* genericEntries(call: Call): Blocking<readonly Entry[]> {
  const { literals, files, envFiles } = sourcesOf(call);
  const entries = literals.map(literalEntry);
  for (const source of files) entries.push(...(yield* fileEntries(call.sys, source)));
  for (const path of envFiles) entries.push(...(yield* envFileEntries(call.sys, path, 'secret')));
  return entries;
}

function* dockerEntries({ sys, flags }: Call): Blocking<readonly Entry[]> {
  const entries: Entry[] = [];
  for (const source of flags.strings('from-file')) {
    entries.push(...(yield* fileEntries(sys, source.includes('=') ? source : `${DOCKER_KEY}=${source}`)));
  }
  if (entries.length > 0) return entries;
  const username = flags.string('docker-username');
  const password = flags.string('docker-password');
  const email = flags.string('docker-email');
  const login = {
    username,
    password,
    ...(email === '' ? {} : { email }),
    auth: encodeBase64(encode(`${username}:${password}`)),
  };
  const content = goJson({ auths: { [flags.string('docker-server')]: login } });
  return [{ key: DOCKER_KEY, value: encode(content) }];
}

function secretOf({ name, placed }: Target, type: string, entries: readonly Entry[]): V1Secret {
  const data = new Map<string, string>();
  for (const { key, value } of entries) {
    const problems = configMapKey(key);
    if (problems.length > 0) throw new Error(`${quote(key)} is not valid key name for a Secret ${problems.join(';')}`);
    if (data.has(key)) throw new Error(`cannot add key ${key}, another key by that name already exists`);
    data.set(key, encodeBase64(value));
  }
  return { metadata: { name, ...placed }, ...(type === '' ? {} : { type }), data: Object.fromEntries(data) };
}

function hashed({ flags }: Call, secret: V1Secret): V1Secret {
  if (!flags.bool('append-hash')) return secret;
  return { ...secret, metadata: { ...secret.metadata, name: `${secret.metadata?.name ?? ''}-${secretHash(secret)}` } };
}

function* pemFile(sys: Sys, path: string): Blocking<Bytes> {
  try {
    return yield* readFile(sys, path);
  } catch (error) {
    throw new Error(`Cannot read file ${path}, ${asError(error).message}`);
  }
}
