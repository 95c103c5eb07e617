// PriorityClass: which pods go first when there isn't room for all.

import { forbiddenField, notSupported, required } from '../../kube/fielderrors.ts';
import { dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { PriorityClasses } from '../../schema/generated/resources.ts';
import type { V1PriorityClass } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { type Errors, immutable } from './shared/checks.ts';
import { ageColumn, integer, nameColumn, text } from './shared/columns.ts';
import { constants, defaulter } from './shared/defaults.ts';
import { withGeneration } from './shared/metaparts.ts';

const NAMED = { namespaced: false, name: nameRule(dns1123Subdomain) };
const POLICIES = ['PreemptLowerPriority', 'Never'];
const USER_MAX = 1_000_000_000;
const SYSTEM: ReadonlyMap<string, number> = new Map([
  ['system-node-critical', 2_000_001_000],
  ['system-cluster-critical', 2_000_000_000],
]);

export const priorityClasses = defineKind<V1PriorityClass>({
  type: PriorityClasses,
  strategy: {
    defaults: defaulter<V1PriorityClass>(
      'scheduling.v1.PriorityClass',
      new Map([constants('scheduling.v1.PriorityClass', { preemptionPolicy: 'PreemptLowerPriority' })]),
    ),
    prepareCreate: (priorityClass) => withGeneration(priorityClass, 1),
    validate: errors,
    validateUpdate: function* (next, current) {
      yield* metaUpdateErrors(next, current);
      if ((next.value ?? 0) !== (current.value ?? 0)) yield forbiddenField('value', 'may not be changed in an update.');
      yield* immutable('preemptionPolicy', next.preemptionPolicy, current.preemptionPolicy);
    },
  },
  columns: [
    nameColumn(),
    integer('Value', ({ value }) => value ?? 0),
    { name: 'Global-Default', type: 'boolean', cell: ({ globalDefault }) => globalDefault ?? false },
    ageColumn(),
    text('PreemptionPolicy', ({ preemptionPolicy }) => preemptionPolicy ?? ''),
  ],
});

function* errors(priorityClass: V1PriorityClass): Errors {
  yield* metaErrors(priorityClass, NAMED);
  const { metadata, value = 0, preemptionPolicy } = priorityClass;
  const name = metadata?.name ?? '';
  if (name.startsWith('system-')) {
    const problem = systemProblem(name, priorityClass);
    const reserved = "priority class names with 'system-' prefix are reserved for system use only. error: ";
    if (problem !== undefined) yield forbiddenField('metadata.name', `${reserved}${problem}`);
  } else if (value > USER_MAX) {
    yield forbiddenField('value', `maximum allowed value of a user defined priority is ${USER_MAX}`);
  }
  if (preemptionPolicy === '') yield required('preemptionPolicy');
  else if (preemptionPolicy !== undefined && !POLICIES.includes(preemptionPolicy)) {
    yield notSupported('preemptionPolicy', preemptionPolicy, POLICIES);
  }
}

function systemProblem(name: string, { value = 0, globalDefault = false }: V1PriorityClass): string | undefined {
  const known = SYSTEM.get(name);
  if (known === undefined) return `${name} is not a known system priority class`;
  if (known !== value) return `value of ${name} PriorityClass must be ${known}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}
