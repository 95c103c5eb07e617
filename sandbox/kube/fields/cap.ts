// An object remembers ten updaters; those before are remembered together, as `ancient-changes`.

import { compareText } from '../go/text.ts';
import { identityOf, type Owner, type Owners } from './owners.ts';
import { union } from './set.ts';

const MAX_UPDATERS = 10;

/** The same owners, or fewer: the oldest updaters of each version are merged until ten are left. */
export function cappedOwners(owners: Owners): Owners {
  const updaters = [...owners].filter(([, { operation }]) => operation === 'Update');
  if (updaters.length <= MAX_UPDATERS) return owners;
  const oldest = updaters.sort(
    ([a, left], [b, right]) => compareText(left.time ?? '', right.time ?? '') || compareText(a, b),
  );
  return merged(owners, oldest);
}

function merged(owners: Owners, oldest: readonly (readonly [string, Owner])[]): Owners {
  const result = new Map(owners);
  const firsts = new Map<string, string>();
  let count = oldest.length;
  for (const [identity, owner] of oldest) {
    if (count <= MAX_UPDATERS) break;
    const first = firsts.get(owner.apiVersion);
    if (first === undefined) firsts.set(owner.apiVersion, identity);
    else {
      mergeInto(result, first, identity, owner);
      count--;
    }
  }
  return result;
}

/** Only the second of a version makes a bucket necessary. */
function mergeInto(result: Map<string, Owner>, first: string, identity: string, owner: Owner): void {
  const bucket: Omit<Owner, 'fields'> = {
    manager: 'ancient-changes',
    operation: 'Update',
    apiVersion: owner.apiVersion,
    ...(owner.time === undefined ? {} : { time: owner.time }),
  };
  const name = identityOf(bucket);
  const held = result.get(name) ?? result.get(first);
  if (!result.has(name)) result.delete(first);
  result.set(name, { ...bucket, fields: union(owner.fields, held?.fields ?? owner.fields) });
  result.delete(identity);
}
