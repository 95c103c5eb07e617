// Images for containers: whether one has to be pulled, how long to leave a registry alone after a failure, and which of
// the pulls goes on. One is pulled at a time; the others wait for their turn.

import type { Client } from '../../client/client.ts';
import { formatDurationMs } from '../../kube/duration.ts';
import { parseImageReference } from '../../machine/images/reference.ts';
import type { V1Container } from '../../schema/generated/types.ts';
import type { Work } from '../../time/loop.ts';
import type { TimeMs } from '../../time/units.ts';
import { type Kubelet, note, waitFor } from '../kubeletcontext.ts';
import type { Backoff, ContainerType, PodRecord, Pull, Step } from '../state.ts';
import { type Words, words } from '../words.ts';
import { loginsFor, notePulledBy } from './pullsecrets.ts';

const FIRST_BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 300_000;

export type Image =
  | { readonly kind: 'present' }
  | { readonly kind: 'pull' }
  | { readonly kind: 'refused'; readonly reason: string; readonly message: string; readonly events: readonly Words[] };

/** What has to be done so that a container's image is there; `barred`: another pod's secret brought it, so it isn't to this. */
export function imageFor(
  kubelet: Kubelet,
  record: PodRecord,
  { image = '', imagePullPolicy = 'IfNotPresent' }: Pick<V1Container, 'image' | 'imagePullPolicy'>,
  barred: boolean,
): Image {
  if (parseImageReference(image) === undefined) {
    const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": ${referenceError(image)}`;
    return { kind: 'refused', reason: 'InvalidImageName', message, events: [words.inspectFailed(message)] };
  }
  const there = !barred && kubelet.runtime.image(image) !== undefined;
  if (imagePullPolicy !== 'Always' && there) return { kind: 'present' };
  if (imagePullPolicy === 'Never') {
    const message = `Container image "${image}" is not present with pull policy of Never`;
    return { kind: 'refused', reason: 'ErrImageNeverPull', message, events: [words.neverPull(message)] };
  }
  const backoff = record.pulls.get(image);
  if (backoff === undefined || !isBackingOff(backoff, backoff.last, kubelet.now())) return { kind: 'pull' };
  const back = words.pullBackOff(image);
  const error = record.pullErrors.get(image);
  const message = error === undefined ? back.message : `${back.message}: ${error}`;
  return { kind: 'refused', reason: 'ImagePullBackOff', message, events: [back] };
}

/** The first image that a container mounts and the node hasn't got. */
export function missingVolumeImage(
  { runtime }: Kubelet,
  { pod }: PodRecord,
  { volumeMounts = [] }: V1Container,
): { readonly image: string; readonly imagePullPolicy: string } | undefined {
  for (const { name } of volumeMounts) {
    const image = pod.spec?.volumes?.find((volume) => volume.name === name)?.image;
    const { reference = '', pullPolicy: imagePullPolicy = 'IfNotPresent' } = image ?? {};
    if (image !== undefined && runtime.image(reference) === undefined) return { image: reference, imagePullPolicy };
  }
  return undefined;
}

/** What is wrong with a name, as the library that reads it says. */
function referenceError(image: string): string {
  const [named = ''] = image.split('@');
  const slash = named.indexOf('/');
  const first = slash < 0 ? '' : named.slice(0, slash);
  const isRegistry = /[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first;
  const rest = isRegistry ? named.slice(slash + 1) : slash < 0 ? `library/${named}` : named;
  const [path = ''] = rest.split(':');
  if (path.toLowerCase() !== path) return `invalid reference format: repository name (${path}) must be lowercase`;
  return 'invalid reference format';
}

const FORGOTTEN_MS = 2 * LONGEST_BACKOFF_MS;

/** Whether a delay that counts from `event` is still on. It is forgotten when nothing had happened for long by then. */
export function isBackingOff(backoff: Backoff, event: TimeMs, now: TimeMs): boolean {
  return event - backoff.last <= FORGOTTEN_MS && now - event < backoff.delay;
}

/** The next delay after an event: the first, or twice the last. */
export function nextBackoff(known: Backoff | undefined, event: TimeMs, now: TimeMs): Backoff {
  const fresh = known === undefined || event - known.last > FORGOTTEN_MS;
  const delay = fresh ? FIRST_BACKOFF_MS : Math.min(known.delay * 2, LONGEST_BACKOFF_MS);
  return { delay, last: now };
}

type PullStep = Extract<Step, { do: 'pull' }>;

/** Asks for the pull, waits for its outcome, and goes on with the container or gives it up. */
export function* pullStep(kubelet: Kubelet, record: PodRecord, step: PullStep, client: Client): Work<boolean> {
  const { answer } = record;
  if (answer === undefined) {
    note(kubelet, record, words.pulling(step.image), step.container);
    const { logins, missing } = yield* loginsFor(record, step.image, client);
    if (missing.length > 0) note(kubelet, record, words.missingPullSecrets(missing));
    waitFor(kubelet, record);
    const { uid, wait } = record;
    kubelet.state().pulls.push({ uid, wait, image: step.image, logins, askedAt: kubelet.now(), begun: false });
    pullNext(kubelet);
    return true;
  }
  record.answer = undefined;
  record.steps.shift();
  if (answer.ok) {
    notePulledBy(kubelet, step.image, answer.logins ?? []);
    const took = formatDurationMs(answer.took ?? 0);
    const waited = formatDurationMs(answer.waited ?? answer.took ?? 0);
    note(kubelet, record, words.pulled(step.image, took, waited, answer.size ?? 0), step.container);
    record.pulls.delete(step.image);
    const { container, type, before } = step;
    record.steps.unshift(...(before ? [{ do: 'start', container, type } as const] : creation(container, type)));
    return false;
  }
  note(kubelet, record, words.pullFailed(step.image, answer.text), step.container);
  note(kubelet, record, words.failed('ErrImagePull'), step.container);
  record.pulls.set(step.image, nextBackoff(record.pulls.get(step.image), kubelet.now(), kubelet.now()));
  record.pullErrors.set(step.image, `ErrImagePull: ${answer.text}`);
  record.steps.unshift({ do: 'fail', container: step.container, reason: 'ErrImagePull', message: answer.text });
  return false;
}

export function creation(container: string, type: ContainerType): readonly Step[] {
  return [
    { do: 'pause', hop: 'create' },
    { do: 'create', container, type },
  ];
}

/** Begins the first pull of the line when none goes on. */
function pullNext({ state, runtime }: Kubelet): void {
  const [first] = state().pulls;
  if (first === undefined || first.begun) return;
  first.begun = true;
  runtime.pullImage({ image: first.image, logins: first.logins, key: first.wait });
}

/** A pull has come to an end: whoever waits for it is found, and the next one begins. */
export function pullEnded(
  kubelet: Kubelet,
  key: unknown,
): (Pick<Pull, 'uid' | 'wait' | 'logins'> & { readonly waited: number }) | undefined {
  const { pulls } = kubelet.state();
  const at = pulls.findIndex(({ wait }) => wait === key);
  const [ended] = at < 0 ? [] : pulls.splice(at, 1);
  pullNext(kubelet);
  if (ended === undefined) return undefined;
  const { uid, wait, logins, askedAt } = ended;
  return { uid, wait, logins, waited: kubelet.now() - askedAt };
}
