// Tokens that were once made by themselves, one for each account, lie in secrets for ever. Those that nobody has used for a
// year are marked as invalid, and deleted when nobody has missed them for another year.
//
// observe: secrets with tokens, accounts, pods.
// diff:    `fateOf` says what becomes of a secret.
// act:     mark it, or delete it.

import type { Client } from '../client/client.ts';
import { unlessGone } from '../client/gone.ts';
import type { Informer } from '../client/informer.ts';
import { own } from '../kube/json.ts';
import { reasonOf } from '../kube/status.ts';
import { ConfigMaps, Pods, Secrets, ServiceAccounts } from '../schema/generated/resources.ts';
import type { V1Pod, V1Secret, V1ServiceAccount } from '../schema/generated/types.ts';
import { referencesOf } from '../schema/podreferences.ts';
import type { Work } from '../time/loop.ts';
import { durationMs, parseTime, rfc3339, seconds, type TimeMs } from '../time/units.ts';
import type { Controller } from './controller.ts';
import { ACCOUNT, ACCOUNT_UID, TOKEN_TYPE } from './legacytokens.ts';

const DAY_MS = 86_400_000;
const PERIOD = durationMs(DAY_MS);
/** The caches are filled by then. */
const FIRST = seconds(1);
const UNUSED_MS = 365 * DAY_MS;
const LAST_USED = 'kubernetes.io/legacy-token-last-used';
const INVALID_SINCE = 'kubernetes.io/legacy-token-invalid-since';
/** Since when the use of tokens is noted. */
const TRACKING = { name: 'kube-apiserver-legacy-service-account-token-tracking', namespace: 'kube-system' };

export const legacyTokenCleaner: Controller = {
  name: 'legacy-service-account-token-cleaner',
  setup({ component, client }) {
    const secrets = component.informer(Secrets, { fieldSelector: `type=${TOKEN_TYPE}` });
    const accounts = component.informer(ServiceAccounts);
    const pods = component.informer(Pods);
    const clean = component.timer<object>(
      'clean tokens',
      function* (_, turn) {
        clean.post({}, PERIOD, []);
        const now = turn.now();
        if (now < (yield* trackedSince(turn.client)) + UNUSED_MS) return;
        for (const secret of secrets.list()) yield* judge(turn.client, secret, accounts, pods, now);
      },
      client,
    );
    component.onStart(() => clean.post({}, FIRST, []));
  },
};

/** The day after the one on which it began; never where nothing is noted. */
function* trackedSince(client: Client): Work<number> {
  const map = yield* client.find(ConfigMaps, TRACKING);
  const since = parseTime(`${own(map?.data, 'since') ?? ''}T00:00:00Z`);
  return since === undefined ? Number.POSITIVE_INFINITY : since + DAY_MS;
}

function* judge(
  client: Client,
  secret: V1Secret,
  accounts: Informer<V1ServiceAccount>,
  pods: Informer<V1Pod>,
  now: TimeMs,
): Work<void> {
  const { name = '', namespace = '', uid = '', resourceVersion = '', annotations } = secret.metadata ?? {};
  const account = accounts.get(`${namespace}/${own(annotations, ACCOUNT) ?? ''}`);
  if (account === undefined || !wasMadeFor(account, secret)) return;
  if (pods.list(namespace).some((pod) => referencesOf(pod).some(([kind, one]) => kind === 'secrets' && one === name)))
    return;
  const fate = fateOf(secret, now);
  try {
    if (fate === 'invalid') {
      const body = { metadata: { uid, labels: { [INVALID_SINCE]: dayOf(now) } } };
      yield* client.patch(Secrets, { name, namespace }, { type: 'merge', body });
    }
    if (fate === 'delete')
      yield* unlessGone(client.delete(Secrets, { name, namespace }, { preconditions: { resourceVersion } }));
  } catch (error) {
    if (reasonOf(error) === undefined) throw error;
  }
}

/** By itself, that is: the account names the secret. */
function wasMadeFor({ metadata, secrets = [] }: V1ServiceAccount, secret: V1Secret): boolean {
  const uid = own(secret.metadata?.annotations, ACCOUNT_UID) ?? '';
  return (uid === '' || uid === metadata?.uid) && secrets.some(({ name }) => name === secret.metadata?.name);
}

/** Of a secret that no pod needs. Days are compared as text. */
export function fateOf({ metadata }: V1Secret, now: TimeMs): 'stays' | 'invalid' | 'delete' {
  const oldest = dayOf((now - UNUSED_MS) as TimeMs);
  const created = parseTime(metadata?.creationTimestamp) ?? now;
  if (created >= now - UNUSED_MS || metadata?.deletionTimestamp !== undefined) return 'stays';
  const used = own(metadata?.labels, LAST_USED);
  if (used !== undefined && (!isDay(used) || used >= oldest)) return 'stays';
  const since = own(metadata?.labels, INVALID_SINCE) ?? '';
  if (!isDay(since)) return 'invalid';
  return since >= oldest ? 'stays' : 'delete';
}

function dayOf(time: TimeMs): string {
  return rfc3339(time).slice(0, 10);
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text);
}
