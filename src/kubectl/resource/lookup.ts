// From one typed name of a type (`po`, `deploy.apps`, `deployments.v1.apps`, `Pod`) to its collection.

import { quote } from '../../../sandbox/kube/go/text.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { type Mapper, NoKindMatchError } from '../discovery/mapper.ts';
import type { Mapping } from '../discovery/mapping.ts';
import type { PartialResource } from '../discovery/shortcuts.ts';

/** Throws when the server has no such type. */
export function* lookup(mapper: Mapper, typed: string): Blocking<Mapping> {
  const full = fullySpecified(typed);
  const named = (full && (yield* kindOf(mapper, full))) ?? (yield* kindOf(mapper, partial(typed)));
  if (named !== undefined) return yield* mapper.mapping(named, named.version);
  const byKind = full ?? partial(typed);
  try {
    return yield* mapper.mapping({ group: byKind.group, kind: byKind.resource }, byKind.version);
  } catch {
    // Said below, about the name as it would be without a version.
  }
  const { group, resource } = partial(typed);
  try {
    return yield* mapper.mapping({ group, kind: resource }, '');
  } catch (error) {
    if (!(error instanceof NoKindMatchError)) throw error;
    throw new Error(`the server doesn't have a resource type ${quote(resource)}`);
  }
}

/** `pods.v1.` and `deployments.v1.apps`; undefined for what has less. */
export function fullySpecified(typed: string): PartialResource | undefined {
  const match = /^([^.]*)\.([^.]*)\.(.*)$/s.exec(typed);
  return match === null ? undefined : { resource: match[1] ?? '', version: match[2] ?? '', group: match[3] ?? '' };
}

/** `deploy.apps`: a resource and perhaps a group. */
export function partial(typed: string): PartialResource {
  const dot = typed.indexOf('.');
  if (dot < 0) return { resource: typed, group: '', version: '' };
  return { resource: typed.slice(0, dot), group: typed.slice(dot + 1), version: '' };
}

/** Trouble with discovery shows when the kind is looked for; here it only means that nothing was found. */
function* kindOf(
  mapper: Mapper,
  resource: PartialResource,
): Blocking<{ group: string; version: string; kind: string } | undefined> {
  try {
    return yield* mapper.kindFor(resource);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
