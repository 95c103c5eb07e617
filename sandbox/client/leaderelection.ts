// Leader election: of several instances of a program one is at work, the one that holds a lease. It renews it again and
// again; when it no longer does, the lease runs out and another instance takes it over. A program that comes back after a
// crash is another instance, too: it waits for the lease that it held in its earlier life.

import { Leases } from '../schema/generated/resources.ts';
import type { V1Lease, V1LeaseSpec } from '../schema/generated/types.ts';
import { draws, uuid } from '../time/chance.ts';
import type { Work } from '../time/loop.ts';
import { rfc3339Micro, seconds, type TimeMs } from '../time/units.ts';
import type { Client } from './client.ts';
import type { ComponentEngine } from './component.ts';
import { createEventRecorder } from './events.ts';

const NAMESPACE = 'kube-system';
const LEASE_SECONDS = 15;
/** So often those that wait look at the lease. */
const RETRY = seconds(2);
/** So often the holder renews it: not each two seconds, as real ones do, since idle hours are to pass in a moment. */
const RENEW = seconds(5);

export interface ElectionOptions {
  /** The host that the program runs on. */
  readonly host: string;
  /** Where its events are said to come from. */
  readonly source: string;
  /** A program that ends in good order gives its lease back. */
  readonly releases: boolean;
}

/** Plain data that dies with the instance. */
interface Candidate {
  readonly identity: string;
  /** What was read of the lease last, and when it was read first: other clocks aren't trusted. */
  seen: { readonly renewTime: string; readonly at: TimeMs } | undefined;
  /** As it was written here last; undefined while somebody else leads. */
  held: V1Lease | undefined;
}

/** Lets a component begin only when it holds the lease of its name. */
export function electLeader(component: ComponentEngine, { host, source, releases }: ElectionOptions): void {
  const { name } = component;
  const events = createEventRecorder(component, { component: source });
  const candidate = component.memory<Candidate>('candidate', () => ({
    identity: `${host}_${uuid(draws(component.seed, 'candidate', name, String(component.age(component.now()))), 0)}`,
    seen: undefined,
    held: undefined,
  }));
  const turns = component.timer<object>('leader election', function* (_, { client, now }) {
    const self = candidate();
    const led = self.held !== undefined;
    turns.post({}, led ? RENEW : RETRY, []);
    const lease = yield* attempted(led ? renew(client, self, now()) : acquire(client, name, self, now()));
    if (lease !== undefined) self.held = lease;
    if (led || lease === undefined) return;
    const about = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: lease.metadata ?? {} };
    const message = `${self.identity} became leader`;
    events.note({ about, type: 'Normal', reason: 'LeaderElection', message, causes: [] });
    component.begin();
  });
  component.beforeStart(() => turns.post({}, undefined, []));
  if (releases) component.onStop(() => release(component.client, candidate(), component.now()));
}

/** Who can't write the lease, because somebody else was faster or nobody answers, tries again at the next turn. */
function* attempted(work: Work<V1Lease | undefined>): Work<V1Lease | undefined> {
  try {
    return yield* work;
  } catch {
    return undefined;
  }
}

/** Takes the lease if it is free: there is none, nobody holds it, or it has been seen unchanged for too long. */
function* acquire(client: Client, name: string, self: Candidate, now: TimeMs): Work<V1Lease | undefined> {
  const ref = { name, namespace: NAMESPACE };
  const time = rfc3339Micro(now);
  const terms = {
    holderIdentity: self.identity,
    leaseDurationSeconds: LEASE_SECONDS,
    acquireTime: time,
    renewTime: time,
  };
  const found = yield* client.find(Leases, ref);
  if (found === undefined)
    return yield* client.create(Leases, { metadata: ref, spec: { ...terms, leaseTransitions: 0 } });
  if (!isFree(found.spec, self, now)) return undefined;
  const leaseTransitions = (found.spec?.leaseTransitions ?? 0) + 1;
  return yield* client.update(Leases, { ...found, spec: { ...found.spec, ...terms, leaseTransitions } });
}

function isFree(spec: V1LeaseSpec | undefined, self: Candidate, now: TimeMs): boolean {
  const { holderIdentity = '', renewTime, leaseDurationSeconds = LEASE_SECONDS } = spec ?? {};
  if (self.seen === undefined || self.seen.renewTime !== renewTime) self.seen = { renewTime: renewTime ?? '', at: now };
  return holderIdentity === '' || self.seen.at + leaseDurationSeconds * 1000 < now;
}

function* renew(client: Client, { held }: Candidate, now: TimeMs): Work<V1Lease | undefined> {
  if (held === undefined) return undefined;
  return yield* client.update(Leases, { ...held, spec: { ...held.spec, renewTime: rfc3339Micro(now) } });
}

/** Others may take it at once. */
function* release(client: Client, { held }: Candidate, now: TimeMs): Work<void> {
  if (held === undefined) return;
  const time = rfc3339Micro(now);
  const { leaseTransitions = 0 } = held.spec ?? {};
  const spec = { holderIdentity: '', leaseDurationSeconds: 1, acquireTime: time, renewTime: time, leaseTransitions };
  yield* attempted(client.update(Leases, { ...held, spec }));
}
