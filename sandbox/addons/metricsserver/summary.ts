// What a kubelet's /stats/summary says, as points. Its figures are of the moment in which it answers.

import { isArray, isObject, type JsonObject, type JsonValue, own } from '../../kube/json.ts';
import { parseTime, type TimeMs } from '../../time/units.ts';
import type { Point } from './samples.ts';

export interface Summary {
  readonly node: Point | undefined;
  /** `namespace/name` → container → point. */
  readonly pods: readonly (readonly [pod: string, containers: ReadonlyMap<string, Point>])[];
}

/** Reads the text; what isn't as it should be is left out. */
export function readSummary(text: string, at: TimeMs): Summary {
  const summary: JsonValue = JSON.parse(text);
  const node = pointOf(member(summary, 'node'), at);
  const pods = listIn(summary, 'pods').flatMap((pod) => {
    const [name, namespace] = [textIn(member(pod, 'podRef'), 'name'), textIn(member(pod, 'podRef'), 'namespace')];
    const containers = listIn(pod, 'containers').flatMap((container) => {
      const point = pointOf(container, at);
      return point === undefined ? [] : [[textIn(container, 'name'), point] as const];
    });
    return containers.length === 0 ? [] : [[`${namespace}/${name}`, new Map(containers)] as const];
  });
  return { node, pods };
}

function pointOf(value: JsonValue | undefined, at: TimeMs): Point | undefined {
  const startedAt = parseTime(textIn(value, 'startTime'));
  const [cpu, memory] = [
    own(objectOf(member(value, 'cpu')), 'usageCoreNanoSeconds'),
    own(objectOf(member(value, 'memory')), 'workingSetBytes'),
  ];
  if (startedAt === undefined || typeof cpu !== 'number' || typeof memory !== 'number') return undefined;
  return { startedAt, at, cpu, memory };
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return own(objectOf(value), name);
}

function listIn(value: JsonValue | undefined, name: string): readonly JsonValue[] {
  const list = member(value, name);
  return isArray(list) ? list : [];
}

function textIn(value: JsonValue | undefined, name: string): string {
  const text = member(value, name);
  return typeof text === 'string' ? text : '';
}
