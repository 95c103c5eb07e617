// Get and list. Lists come from the present, or from the moment of a continue token or an exact version.

import type { KubeList, KubeObject } from '../../kube/meta.ts';
import type { Answer, ListOptions, Target } from '../../kube/operation.ts';
import { apiVersion } from '../../kube/resource.ts';
import { notFound } from '../../kube/status.ts';
import { asRevision, type Stored } from '../../store/store.ts';
import { type Backend, keyIn, tableFor } from '../backend.ts';
import { isListable } from '../history.ts';
import { continueToken, expired, type ListPlan, plainVersion, planOf, tooLarge } from '../listing.ts';
import type { Served } from '../registry.ts';
import { compileSelection } from '../selection.ts';
import { fromStored } from '../versions.ts';
import type { Selection } from '../watches.ts';

/** `resourceVersion`: the object must be at least as new as that. */
export function get(backend: Backend, served: Served, target: Target, resourceVersion = ''): Answer<KubeObject> {
  const wanted = plainVersion(resourceVersion);
  const revision = backend.store.revision();
  if (wanted > revision) throw tooLarge(wanted, revision);
  const stored = backend.store.get(tableFor(served), keyIn(served.kind.type, target));
  if (stored === undefined)
    throw notFound({ group: served.type.group, kind: served.type.resource, name: target.name ?? '' });
  return { code: 200, object: fromStored(served, stored.object), warnings: [] };
}

export function list(backend: Backend, served: Served, target: Target, options: ListOptions): Answer<KubeList> {
  const prefix = served.kind.type.namespaced && target.namespace !== undefined ? `${target.namespace}/` : '';
  const { labelSelector = '', fieldSelector = '' } = options;
  const selection = compileSelection(served, { prefix, labelSelector, fieldSelector });
  const revision = backend.store.revision();
  const plan = planOf(options, revision);
  const page = pageOf(candidates(backend, served, prefix, plan), selection, plan.limit);
  const version = plan.moment.at === 'now' ? revision : plan.moment.at;
  const selective = labelSelector !== '' || fieldSelector !== '';
  const object: KubeList = {
    kind: served.names.listKind ?? `${served.type.kind}List`,
    apiVersion: apiVersion(served.type),
    metadata: {
      ...(served.custom ? { continue: '' } : {}),
      resourceVersion: String(version),
      ...moreOf(page, prefix, version, selective),
    },
    items: page.items.map((stored) => fromStored(served, stored.object)),
  };
  return { code: 200, object, warnings: [] };
}

/** What is there from the plan's key on. */
function candidates(backend: Backend, served: Served, prefix: string, plan: ListPlan): readonly Stored[] {
  const table = tableFor(served);
  const { at } = plan.moment;
  if (at !== 'now' && !isListable(backend.history, asRevision(at), backend.loop.now())) throw expired(plan);
  const found = at === 'now' ? backend.store.list(table, prefix) : backend.store.listAt(table, prefix, asRevision(at));
  if ('gone' in found) throw expired(plan);
  return plan.fromKey === '' ? found : found.slice(placeOf(found, `${prefix}${plan.fromKey}`));
}

/** How many stand before a key. */
function placeOf(sorted: readonly Stored[], from: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.key ?? '') < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Page {
  readonly items: readonly Stored[];
  /** How many there are behind the last one of the page, selected or not. */
  readonly behind: number;
}

/** The page ends with its last object, whether or not one behind it would be selected too. */
function pageOf(found: readonly Stored[], { matches }: Selection, limit: number): Page {
  if (limit === 0) return { items: found.filter(({ object }) => matches(object)), behind: 0 };
  const items: Stored[] = [];
  for (const [i, stored] of found.entries()) {
    if (matches(stored.object)) items.push(stored);
    if (items.length >= limit) return { items, behind: found.length - 1 - i };
  }
  return { items, behind: 0 };
}

/** How to go on. What is left is counted only where nothing is left out by a selector. */
function moreOf({ items, behind }: Page, prefix: string, version: number, selective: boolean): KubeList['metadata'] {
  const last = items.at(-1);
  if (behind === 0 || last === undefined) return {};
  const token = continueToken(version, `/${last.key.slice(prefix.length)}\u0000`);
  return { continue: token, ...(selective ? {} : { remainingItemCount: behind }) };
}
