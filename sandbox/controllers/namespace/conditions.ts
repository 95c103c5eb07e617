// What a namespace that is being deleted says of how far that is. Pure.

import { compareText } from '../../kube/go/text.ts';
import type { ResourceType } from '../../kube/resource.ts';
import type { V1Namespace, V1NamespaceCondition } from '../../schema/generated/types.ts';
import { rfc3339, type TimeMs } from '../../time/units.ts';

/** What is left in a namespace after everything in it was asked to go. */
export interface Remains {
  readonly resources: Map<ResourceType, number>;
  /** How many objects have each finalizer. */
  readonly finalizers: Map<string, number>;
  readonly errors: Error[];
  /** Versions of groups of which nobody can say now what is in them: `metrics.k8s.io/v1beta1`. */
  readonly undiscovered: readonly string[];
  /** Seconds until it is worth looking again. */
  estimate: number;
  /** Whether all kinds were looked at. */
  readonly complete: boolean;
}

interface Said {
  readonly reason: string;
  readonly message: string;
}

/** In their order: what each condition says when all is well, and how to tell when it isn't. */
const CONDITIONS: readonly {
  readonly type: string;
  readonly fine: Said;
  readonly problem: (r: Remains) => Said | undefined;
}[] = [
  {
    type: 'NamespaceDeletionDiscoveryFailure',
    fine: { reason: 'ResourcesDiscovered', message: 'All resources successfully discovered' },
    problem: undiscovered,
  },
  {
    type: 'NamespaceDeletionGroupVersionParsingFailure',
    fine: { reason: 'ParsedGroupVersions', message: 'All legacy kube types successfully parsed' },
    problem: () => undefined,
  },
  {
    type: 'NamespaceDeletionContentFailure',
    fine: { reason: 'ContentDeleted', message: 'All content successfully deleted, may be waiting on finalization' },
    problem: failed,
  },
  {
    type: 'NamespaceContentRemaining',
    fine: { reason: 'ContentRemoved', message: 'All content successfully removed' },
    problem: ({ resources }) =>
      listed('SomeResourcesRemain', 'Some resources are remaining', [...resources], ([{ resource, group }, count]) => {
        return `${resource}.${group} has ${count} resource instances`;
      }),
  },
  {
    type: 'NamespaceFinalizersRemaining',
    fine: { reason: 'ContentHasNoFinalizers', message: 'All content-preserving finalizers finished' },
    problem: ({ finalizers }) =>
      listed(
        'SomeFinalizersRemain',
        'Some content in the namespace has finalizers remaining',
        [...finalizers],
        ([finalizer, count]) => `${finalizer} in ${count} resource instances`,
      ),
  },
];

/** The conditions after a look; the same ones when nothing has changed. */
export function conditionsOf(namespace: V1Namespace, remains: Remains, now: TimeMs): readonly V1NamespaceCondition[] {
  let conditions = namespace.status?.conditions ?? [];
  for (const { type, fine, problem } of CONDITIONS) {
    const trouble = problem(remains);
    const said = { type, status: trouble === undefined ? 'False' : 'True', ...(trouble ?? fine) };
    const known = conditions.find((one) => one.type === type);
    if (known === undefined) conditions = [...conditions, { ...said, lastTransitionTime: rfc3339(now) }];
    else if (known.status !== said.status || known.reason !== said.reason || known.message !== said.message) {
      const since = known.status === said.status ? known.lastTransitionTime : rfc3339(now);
      const next = { ...said, ...(since === undefined ? {} : { lastTransitionTime: since }) };
      conditions = conditions.map((one) => (one === known ? next : one));
    }
  }
  return conditions;
}

function undiscovered({ undiscovered: versions }: Remains): Said | undefined {
  if (versions.length === 0) return undefined;
  const message = `Discovery failed for some groups, ${versions.length} failing: ${discoveryProblem(versions)}`;
  return { reason: 'DiscoveryFailed', message };
}

export function discoveryProblem(versions: readonly string[]): string {
  const stale = versions.map((version) => `${version}: stale GroupVersion discovery: ${version}`);
  return `unable to retrieve the complete list of server APIs: ${stale.join(', ')}`;
}

function failed({ errors }: Remains): Said | undefined {
  if (errors.length === 0) return undefined;
  const messages = errors.map(({ message }) => message).sort(compareText);
  const message = `Failed to delete all resource types, ${errors.length} remaining: ${messages.join(', ')}`;
  return { reason: 'ContentDeletionFailed', message };
}

function listed<T>(reason: string, what: string, items: readonly T[], show: (item: T) => string): Said | undefined {
  if (items.length === 0) return undefined;
  return { reason, message: `${what}: ${items.map(show).sort(compareText).join(', ')}` };
}
