// Since when the endpoints of a service are due to be changed: the earliest change of a pod or of the service that has not
// been taken up yet. From it one can tell how long the network takes to follow.

import type { V1Pod, V1Service } from '../../schema/generated/types.ts';

export const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';

/** What was taken up for one service: RFC 3339 times. Plain data. */
interface TakenUp {
  service: string;
  pods: Map<string, string>;
}

/** By the service's key. */
export type TriggerTimes = Map<string, TakenUp>;

/** The earliest change since the last call; undefined when nothing has changed. */
export function triggerTime(
  times: TriggerTimes,
  key: string,
  { metadata }: V1Service,
  pods: readonly V1Pod[],
): string | undefined {
  const before = times.get(key);
  const after: TakenUp = { service: metadata?.creationTimestamp ?? '', pods: new Map() };
  const news: string[] = [];
  for (const { metadata: pod, status } of pods) {
    const time = status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime ?? '';
    const name = pod?.name ?? '';
    if (time === '') continue;
    after.pods.set(name, time);
    if (time > (before?.pods.get(name) ?? '')) news.push(time);
  }
  if (after.service > (before?.service ?? '')) news.push(after.service);
  times.set(key, after);
  return news.sort()[0];
}
