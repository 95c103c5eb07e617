// Who is doing what, since when: one line in place of a spinner. A pure function of the pods and of their events.

import type { CoreV1Event, V1Pod } from '../../sandbox/schema/generated/types.ts';
import type { Language } from '../i18n/language.ts';
import { duration, say as told } from '../i18n/say.ts';
import { isBackground, podView } from './clusterview.ts';
import { type Row, row, STYLES, span } from './text.ts';
import { say } from './words.ts';

/** Empty when everything is as it should be. `now` in milliseconds of the cluster's time. */
export function busyRow(pods: readonly V1Pod[], events: readonly CoreV1Event[], now: number, lang: Language): Row {
  const unsettled = pods.filter(({ metadata }) => !isBackground(metadata?.namespace)).filter(isUnsettled);
  const [pod] = unsettled;
  if (pod === undefined) return [];
  const more = unsettled.length > 1 ? ` (+${unsettled.length - 1})` : '';
  return row(...sentence(pod, events, now, lang), span(more, STYLES.dim));
}

function isUnsettled(pod: V1Pod): boolean {
  const { health } = podView(pod);
  return health === 'busy' || health === 'bad';
}

function sentence(pod: V1Pod, events: readonly CoreV1Event[], now: number, lang: Language): Row {
  const name = pod.metadata?.name ?? '';
  const last = lastEvent(pod, events);
  const { word, health } = podView(pod);
  const time = agoText(now - (last === undefined ? createdAt(pod) : timeOf(last)), lang);
  const pulling = last?.reason === 'Pulling' ? /"(.*?)"/.exec(last.message ?? '')?.[1] : undefined;
  if (pulling !== undefined) return row(say(lang, 'pulls', { node: pod.spec?.nodeName ?? '', image: pulling, time }));
  const state = span(word === 'Running' ? say(lang, 'notReady') : word, health === 'bad' ? STYLES.bad : STYLES.busy);
  return row(`${name}: `, state, `, ${time}`);
}

function lastEvent(pod: V1Pod, events: readonly CoreV1Event[]): CoreV1Event | undefined {
  let last: CoreV1Event | undefined;
  for (const event of events) {
    if (event.involvedObject.uid !== pod.metadata?.uid) continue;
    if (last === undefined || timeOf(event) >= timeOf(last)) last = event;
  }
  return last;
}

function timeOf({ lastTimestamp, eventTime, metadata }: CoreV1Event): number {
  return Date.parse(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '') || 0;
}

function createdAt({ metadata }: V1Pod): number {
  return Date.parse(metadata?.creationTimestamp ?? '') || 0;
}

/** `4 s`, `2 min`: seconds don't matter any more then. */
function agoText(milliseconds: number, lang: Language): string {
  return told(duration(milliseconds < 120_000 ? milliseconds : milliseconds - (milliseconds % 60_000)), lang);
}
