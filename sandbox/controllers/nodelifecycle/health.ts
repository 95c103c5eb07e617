// Whether a node is alive: by the time that has passed since it was last heard of. Pure.

import type { V1Node, V1NodeCondition } from '../../schema/generated/types.ts';
import { parseTime, rfc3339, type TimeMs } from '../../time/units.ts';

/** So long may a node be silent. */
const GRACE_MS = 50_000;
/** So long may a new one take for its first word. */
const STARTUP_GRACE_MS = 60_000;

/** What is remembered of one node. */
export interface NodeHealth {
  /** When it was last heard of. */
  readonly probed: TimeMs;
  /** What its Ready condition said of heartbeats; undefined when there was none. */
  readonly heartbeat: string | undefined;
  /** When its lease had been renewed last. */
  readonly renewed: string | undefined;
}

export function readyOf({ status }: V1Node): V1NodeCondition | undefined {
  return status?.conditions?.find(({ type }) => type === 'Ready');
}

/** What is known after another look. */
export function healthAfter(
  node: V1Node,
  renewTime: string | undefined,
  before: NodeHealth | undefined,
  now: TimeMs,
): NodeHealth {
  const ready = readyOf(node);
  const heartbeat = ready === undefined ? undefined : (ready.lastHeartbeatTime ?? '');
  const created = parseTime(node.metadata?.creationTimestamp) ?? now;
  const known = before ?? (ready === undefined ? { probed: created, heartbeat, renewed: undefined } : undefined);
  const fresh = known === undefined || known.heartbeat !== heartbeat;
  const renewed = fresh ? undefined : known.renewed;
  const beats = renewTime !== undefined && (renewed === undefined || renewed < renewTime);
  return { probed: fresh || beats ? now : known.probed, heartbeat, renewed: beats ? renewTime : renewed };
}

/** A look takes a moment, and the next one comes a whole period after it: of two looks 50 s apart the later is beyond. */
export function isSilent(node: V1Node, health: NodeHealth, now: TimeMs): boolean {
  return now >= health.probed + (readyOf(node) === undefined ? STARTUP_GRACE_MS : GRACE_MS);
}

const REPORTED = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** The conditions of a node of which nothing is heard; the same ones when they say so already. */
export function unknownConditions(node: V1Node, now: TimeMs): readonly V1NodeCondition[] {
  const conditions = node.status?.conditions ?? [];
  const missing = REPORTED.filter((type) => !conditions.some((one) => one.type === type));
  if (missing.length === 0 && conditions.every(({ type, status }) => status === 'Unknown' || !REPORTED.includes(type)))
    return conditions;
  const time = rfc3339(now);
  return [
    ...conditions.map((condition) =>
      condition.status === 'Unknown' || !REPORTED.includes(condition.type)
        ? condition
        : {
            ...condition,
            status: 'Unknown',
            reason: 'NodeStatusUnknown',
            message: 'Kubelet stopped posting node status.',
            lastTransitionTime: time,
          },
    ),
    ...missing.map((type) => ({
      type,
      status: 'Unknown',
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
      lastHeartbeatTime: node.metadata?.creationTimestamp ?? time,
      lastTransitionTime: time,
    })),
  ];
}
