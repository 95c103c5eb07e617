// Whether the names of a CustomResourceDefinition are free in its group, and what its status says of that. Pure.

import { withCondition } from '../../kube/conditions.ts';
import type {
  V1CustomResourceDefinition,
  V1CustomResourceDefinitionCondition,
  V1CustomResourceDefinitionNames,
} from '../../schema/generated/types.ts';

type Status = NonNullable<V1CustomResourceDefinition['status']>;

/** The status with accepted names and their conditions; the same object when nothing changes. */
export function namedStatus(
  crd: V1CustomResourceDefinition,
  others: readonly V1CustomResourceDefinition[],
  now: string,
): Status {
  const status = crd.status ?? {};
  const rivals = others.filter(
    (other) => other.spec.group === crd.spec.group && other.metadata?.uid !== crd.metadata?.uid,
  );
  const { accepted, conflict } = acceptedNames(crd, takenBy(rivals));
  const naming: V1CustomResourceDefinitionCondition =
    conflict === undefined
      ? { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' }
      : { type: 'NamesAccepted', status: 'False', ...conflict };
  const named = withCondition(status.conditions ?? [], naming, now);
  const before = named.find(({ type }) => type === 'Established');
  const conditions =
    before?.status === 'True' ? named : withCondition(named, establishing(conflict === undefined), now);
  return { ...status, conditions, acceptedNames: accepted };
}

/** The status of a definition that is served from now on. */
export function establishedStatus(status: Status, now: string): Status {
  const established = {
    type: 'Established',
    status: 'True',
    reason: 'InitialNamesAccepted',
    message: 'the initial names have been accepted',
  };
  return { ...status, conditions: withCondition(status.conditions ?? [], established, now) };
}

function establishing(isAccepted: boolean): V1CustomResourceDefinitionCondition {
  return isAccepted
    ? { type: 'Established', status: 'False', reason: 'Installing', message: 'the initial names have been accepted' }
    : { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' };
}

interface Taken {
  readonly resources: ReadonlySet<string>;
  readonly kinds: ReadonlySet<string>;
}

function takenBy(rivals: readonly V1CustomResourceDefinition[]): Taken {
  const names = rivals.map(({ status }) => status?.acceptedNames);
  return {
    resources: new Set(
      names.flatMap((each) => [each?.plural ?? '', each?.singular ?? '', ...(each?.shortNames ?? [])]),
    ),
    kinds: new Set(names.flatMap((each) => [each?.kind ?? '', each?.listKind ?? ''])),
  };
}

interface Conflict {
  readonly reason: string;
  readonly message: string;
}

/** Names that others have stay as they were accepted before. The last conflict is told of. */
function acceptedNames(
  { spec, status }: V1CustomResourceDefinition,
  { resources, kinds }: Taken,
): { readonly accepted: V1CustomResourceDefinitionNames; readonly conflict: Conflict | undefined } {
  const { plural, singular = '', shortNames = [], kind, listKind = '', categories } = spec.names;
  const before = status?.acceptedNames ?? { plural: '', kind: '' };
  let conflict: Conflict | undefined;
  const free = (name: string, current: string, taken: ReadonlySet<string>, reason: string): boolean => {
    if (name === '' || name === current || !taken.has(name)) return true;
    conflict = { reason, message: `"${name}" is already in use` };
    return false;
  };
  const isPlural = free(plural, before.plural, resources, 'PluralConflict');
  const isSingular = free(singular, before.singular ?? '', resources, 'SingularConflict');
  const wrong = shortNames.filter((name) => !(before.shortNames ?? []).includes(name) && resources.has(name));
  if (wrong.length > 0) {
    const errors = wrong.map((name) => `"${name}" is already in use`);
    conflict = {
      reason: 'ShortNamesConflict',
      message: errors.length === 1 ? (errors[0] ?? '') : `[${errors.join(', ')}]`,
    };
  }
  const isKind = free(kind, before.kind, kinds, 'KindConflict');
  const isList = free(listKind, before.listKind ?? '', kinds, 'ListKindConflict');
  const accepted = {
    plural: isPlural ? plural : before.plural,
    ...optional('singular', isSingular ? singular : before.singular),
    ...(wrong.length === 0 ? listed('shortNames', shortNames) : listed('shortNames', before.shortNames)),
    kind: isKind ? kind : before.kind,
    ...optional('listKind', isList ? listKind : before.listKind),
    ...listed('categories', categories),
  };
  return { accepted, conflict };
}

function optional(name: string, value: string | undefined): object {
  return value === undefined || value === '' ? {} : { [name]: value };
}

function listed(name: string, values: readonly string[] | undefined): object {
  return values === undefined || values.length === 0 ? {} : { [name]: values };
}
