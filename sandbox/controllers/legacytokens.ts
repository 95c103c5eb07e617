// The tokens controller fills secrets that ask for a token of a service account: such a token is good for as long as the
// secret holds it. With the account its secrets go, and a secret of an account that isn't there goes at once.
//
// observe: secrets of that type, and service accounts.
// diff:    what the secret lacks, or whether it has to go.
// act:     write it into the secret, or delete that.

import type { Client } from '../client/client.ts';
import { unlessGone } from '../client/gone.ts';
import { keyOf } from '../client/informer.ts';
import { base64Of } from '../kube/go/base64.ts';
import { own } from '../kube/json.ts';
import { Secrets, ServiceAccounts } from '../schema/generated/resources.ts';
import type { V1Secret, V1ServiceAccount } from '../schema/generated/types.ts';
import type { Work } from '../time/loop.ts';
import type { Controller } from './controller.ts';

export const TOKEN_TYPE = 'kubernetes.io/service-account-token';
export const ACCOUNT = 'kubernetes.io/service-account.name';
export const ACCOUNT_UID = 'kubernetes.io/service-account.uid';
const BY_ACCOUNT = 'account';

/** What such secrets are filled with. */
export interface TokenSource {
  /** The bundle in PEM. */
  certificate(): string;
  /** Signs a token of an account for a secret of its namespace. */
  sign(account: { readonly namespace: string; readonly name: string; readonly uid: string }, secret: string): string;
}

/** It acts as the program itself, and has no account of its own. */
export function tokensController(source: TokenSource): Controller {
  return {
    name: 'tokens-controller',
    setup({ component }) {
      const secrets = component.informer(Secrets, { fieldSelector: `type=${TOKEN_TYPE}` });
      const accounts = component.informer(ServiceAccounts);
      secrets.index(BY_ACCOUNT, (secret) => [accountKey(secret)]);
      const queue = component.queue('tokens of accounts', function* (key, turn) {
        const secret = secrets.get(key);
        if (secret !== undefined) yield* fill(turn.client, secret, source);
        return undefined;
      });
      secrets.on(({ type, object, causes }) => {
        if (type !== 'deleted') queue.add(keyOf(object), causes);
      });
      accounts.on(({ type, object, causes }) => {
        if (type !== 'deleted') return;
        for (const secret of secrets.by(BY_ACCOUNT, keyOf(object))) queue.add(keyOf(secret), causes);
      });
    },
  };
}

function accountKey({ metadata }: V1Secret): string {
  return `${metadata?.namespace ?? ''}/${own(metadata?.annotations, ACCOUNT) ?? ''}`;
}

/** Asks for the account itself: a cache may not know yet of one that was just made. */
function* fill(client: Client, secret: V1Secret, source: TokenSource): Work<void> {
  const { name = '', namespace = '', annotations } = secret.metadata ?? {};
  const account = yield* client.find(ServiceAccounts, { name: own(annotations, ACCOUNT) ?? '', namespace });
  if (account === undefined || !isMeant(account, secret)) {
    yield* unlessGone(client.delete(Secrets, { name, namespace }, preconditionOf(secret)));
    return;
  }
  const filled = filledSecret(secret, account, source);
  if (filled !== secret) yield* unlessGone(client.update(Secrets, filled));
}

function preconditionOf({ metadata }: V1Secret) {
  return metadata?.uid === undefined ? {} : { preconditions: { uid: metadata.uid } };
}

/** A secret that names the uid of its account is for no later one of that name. */
function isMeant({ metadata }: V1ServiceAccount, secret: V1Secret): boolean {
  const uid = own(secret.metadata?.annotations, ACCOUNT_UID) ?? '';
  return uid === '' || uid === metadata?.uid;
}

/** The secret with all that it is to hold; the same one when it holds it. */
function filledSecret(secret: V1Secret, { metadata }: V1ServiceAccount, source: TokenSource): V1Secret {
  const { name = '', namespace = '', uid = '' } = metadata ?? {};
  const certificate = base64Of(source.certificate());
  const { data, metadata: about } = secret;
  const lacksToken = (own(data, 'token') ?? '') === '';
  const isRight = own(data, 'ca.crt') === certificate && (own(data, 'namespace') ?? '') !== '' && !lacksToken;
  if (isRight && own(about?.annotations, ACCOUNT_UID) === uid) return secret;
  return {
    ...secret,
    metadata: { ...about, annotations: { ...about?.annotations, [ACCOUNT]: name, [ACCOUNT_UID]: uid } },
    data: {
      ...data,
      'ca.crt': certificate,
      namespace: own(data, 'namespace') ?? base64Of(namespace),
      ...(lacksToken ? { token: base64Of(source.sign({ namespace, name, uid }, about?.name ?? '')) } : {}),
    },
  };
}
