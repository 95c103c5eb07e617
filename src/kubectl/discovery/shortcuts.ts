// Short names of resources: `po`, `deploy`, and `hpa.autoscal` with the beginning of a group.

import { quote } from '../../../sandbox/kube/go/text.ts';
import { groupResource, parseApiVersion } from '../../../sandbox/kube/resource.ts';
import type { Served } from './types.ts';

/** A resource as far as it was named: group and version may be empty. */
export interface PartialResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
}

interface Shortcut {
  readonly group: string;
  readonly short: string;
  readonly resource: string;
}

/** The resource with its full name, and what is to be said when several have that short name. */
export function expandShortcut(
  served: Served,
  wanted: PartialResource,
): { readonly expansion: PartialResource; readonly warnings: readonly string[] } {
  if (isFullName(served, wanted)) return { expansion: wanted, warnings: [] };
  const shortcuts = shortcutsOf(served).filter(({ short }) => short === wanted.resource);
  const [first, ...others] = shortcuts.filter(({ group }) => wanted.group === '' || wanted.group === group);
  if (first !== undefined) {
    const rivals = new Set(others.map(groupResource).filter((name) => name !== groupResource(first)));
    return {
      expansion: { group: first.group, version: '', resource: first.resource },
      warnings: [...rivals].map(
        (name) => `short name ${quote(wanted.resource)} could also match lower priority resource ${name}`,
      ),
    };
  }
  const near = wanted.group === '' ? undefined : shortcuts.find(({ group }) => group.startsWith(wanted.group));
  const expansion = near === undefined ? wanted : { ...wanted, group: near.group, resource: near.resource };
  return { expansion, warnings: [] };
}

function isFullName(served: Served, wanted: PartialResource): boolean {
  return served.resources.some(({ groupVersion, resources }) => {
    if (wanted.group !== '' && wanted.group !== parseApiVersion(groupVersion).group) return false;
    return resources.some(({ name, singularName }) => wanted.resource === name || wanted.resource === singularName);
  });
}

function shortcutsOf(served: Served): readonly Shortcut[] {
  return served.resources.flatMap(({ groupVersion, resources }) => {
    const { group } = parseApiVersion(groupVersion);
    return resources.flatMap(({ name, shortNames }) =>
      (shortNames ?? []).map((short) => ({ group, short, resource: name })),
    );
  });
}
