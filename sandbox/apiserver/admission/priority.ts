// Priority: what the name of a priority class means in numbers, written into each pod; and that at most one class is the
// default of the cluster.

import { PriorityClasses } from '../../schema/generated/resources.ts';
import type { V1Pod, V1PriorityClass } from '../../schema/generated/types.ts';
import type { AdmissionPlugin, Attributes } from './chain.ts';
import { forbiddenBy, isMain } from './refusal.ts';

interface Priority {
  readonly name: string;
  readonly value: number;
  readonly preemptionPolicy: string;
}

const GROUP = 'scheduling.k8s.io';
const RESOURCE = 'priorityclasses';
const PREEMPTS = 'PreemptLowerPriority';
const NONE: Priority = { name: '', value: 0, preemptionPolicy: PREEMPTS };

export const priority: AdmissionPlugin = {
  name: 'Priority',
  handles: (attributes) =>
    (attributes.verb === 'CREATE' || attributes.verb === 'UPDATE') &&
    (isMain(attributes, '', 'pods') || isMain(attributes, GROUP, RESOURCE)),
  *mutate(attributes) {
    if (attributes.served.type.resource !== 'pods') return attributes.object;
    return attributes.verb === 'CREATE' ? prioritized(attributes) : keptPriority(attributes);
  },
  *validate(attributes) {
    if (attributes.served.type.resource === RESOURCE) checkDefault(attributes);
  },
};

function prioritized(attributes: Attributes): V1Pod {
  const pod = attributes.object as V1Pod;
  const { spec } = pod;
  if (spec === undefined) return pod;
  const { name, value, preemptionPolicy } = priorityOf(spec.priorityClassName ?? '', attributes);
  const how = 'must not be provided in pod spec; priority admission controller computed';
  const from = 'from the given PriorityClass name';
  if (spec.priority !== undefined && spec.priority !== value) {
    throw forbiddenBy(attributes, `the integer value of priority (${spec.priority}) ${how} ${value} ${from}`);
  }
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== preemptionPolicy) {
    const what = `the string value of PreemptionPolicy (${spec.preemptionPolicy})`;
    throw forbiddenBy(attributes, `${what} ${how} ${preemptionPolicy} ${from}`);
  }
  return {
    ...pod,
    spec: { ...spec, ...(name === '' ? {} : { priorityClassName: name }), priority: value, preemptionPolicy },
  };
}

function priorityOf(name: string, attributes: Attributes): Priority {
  if (name === '') return defaultPriority(attributes);
  const found = attributes.context.get<V1PriorityClass>(PriorityClasses, undefined, name);
  if (found === undefined) throw forbiddenBy(attributes, `no PriorityClass with name ${name} was found`);
  return asPriority(found);
}

/** Of several defaults the lowest counts. */
function defaultPriority({ context }: Attributes): Priority {
  const [first] = context
    .list<V1PriorityClass>(PriorityClasses, undefined)
    .filter(({ globalDefault }) => globalDefault === true)
    .sort((a, b) => (a.value ?? 0) - (b.value ?? 0));
  return first === undefined ? NONE : asPriority(first);
}

function asPriority({ metadata, value = 0, preemptionPolicy = PREEMPTS }: V1PriorityClass): Priority {
  return { name: metadata?.name ?? '', value, preemptionPolicy };
}

/** Whoever updates a pod without speaking of its priority doesn't mean to take it away. */
function keptPriority({ object, old }: Attributes): V1Pod {
  const next = object as V1Pod;
  const before = (old as V1Pod).spec;
  if (next.spec === undefined) return next;
  const { priority: value, preemptionPolicy } = next.spec;
  const kept = {
    ...(value === undefined && before?.priority !== undefined ? { priority: before.priority } : {}),
    ...(preemptionPolicy === undefined && before?.preemptionPolicy !== undefined
      ? { preemptionPolicy: before.preemptionPolicy }
      : {}),
  };
  return Object.keys(kept).length === 0 ? next : { ...next, spec: { ...next.spec, ...kept } };
}

function checkDefault(attributes: Attributes): void {
  const { object, context, name } = attributes;
  if ((object as V1PriorityClass).globalDefault !== true) return;
  const [other] = context
    .list<V1PriorityClass>(PriorityClasses, undefined)
    .filter(({ metadata, globalDefault }) => globalDefault === true && metadata?.name !== name);
  if (other === undefined) return;
  const why = `PriorityClass ${other.metadata?.name ?? ''} is already marked as default. Only one default can exist`;
  throw forbiddenBy(attributes, why);
}
