// Get and list. Lists come from the present, or from the moment of a continue token or an exact version.

import type { KubeList, KubeObject } from '../../kube/meta.ts';
import type { Answer, ListOptions, Target } from '../../kube/operation.ts';
import { apiVersion } from '../../kube/resource.ts';
import { failure, notFound } from '../../kube/status.ts';
import { asRevision, type Revision, type Stored } from '../../store/store.ts';
import { type Backend, keyIn, tableFor } from '../backend.ts';
import type { Served } from '../registry.ts';
import { compileSelection } from '../selection.ts';
import { fromStored } from '../versions.ts';

export function get(backend: Backend, served: Served, target: Target): Answer<KubeObject> {
  const stored = backend.store.get(tableFor(served), keyIn(served.kind.type, target));
  if (stored === undefined)
    throw notFound({ group: served.type.group, kind: served.type.resource, name: target.name ?? '' });
  return { code: 200, object: fromStored(served, stored.object), warnings: [] };
}

export function list(backend: Backend, served: Served, target: Target, options: ListOptions): Answer<KubeList> {
  const prefix = served.kind.type.namespaced && target.namespace !== undefined ? `${target.namespace}/` : '';
  const table = tableFor(served);
  const { matches } = compileSelection(served, {
    prefix,
    labelSelector: options.labelSelector ?? '',
    fieldSelector: options.fieldSelector ?? '',
  });
  const from = startOf(options, backend);
  const found =
    from.exact === undefined ? backend.store.list(table, prefix) : backend.store.listAt(table, prefix, from.exact);
  if ('gone' in found) throw expired(backend);
  const rest = found.filter((stored) => stored.key > from.afterKey && matches(stored.object));
  const limit = options.limit ?? 0;
  const page = limit > 0 && rest.length > limit ? rest.slice(0, limit) : rest;
  const revision = from.exact ?? backend.store.revision();
  const last = page.at(-1);
  const more =
    page.length < rest.length && last !== undefined
      ? { continue: continueToken(revision, last, prefix), ...remaining(rest, page, options) }
      : {};
  const object: KubeList = {
    kind: `${served.type.kind}List`,
    apiVersion: apiVersion(served.type),
    metadata: { resourceVersion: String(revision), ...more },
    items: page.map((stored) => fromStored(served, stored.object)),
  };
  return { code: 200, object, warnings: [] };
}

/** Counted only where nothing is left out by a selector, as the real server does. */
function remaining(
  rest: readonly Stored[],
  page: readonly Stored[],
  options: ListOptions,
): { readonly remainingItemCount?: number } {
  const selective = (options.labelSelector ?? '') !== '' || (options.fieldSelector ?? '') !== '';
  return selective ? {} : { remainingItemCount: rest.length - page.length };
}

interface Start {
  readonly exact: Revision | undefined;
  readonly afterKey: string;
}

function startOf(options: ListOptions, backend: Backend): Start {
  if (options.continue !== undefined && options.continue !== '') return parseContinue(options.continue);
  if (options.resourceVersionMatch === 'Exact')
    return { exact: asRevision(Number(options.resourceVersion)), afterKey: '' };
  const wanted = Number(options.resourceVersion ?? '0');
  if (wanted > backend.store.revision())
    throw failure(504, 'Timeout', `Too large resource version: ${wanted}, current: ${backend.store.revision()}`);
  return { exact: undefined, afterKey: '' };
}

/** The token that leads on: the version of the first page, and the last key of this one. */
function continueToken(revision: Revision, last: Stored, prefix: string): string {
  const start = `${last.key.slice(prefix.length)}\u0000`;
  return toBase64(JSON.stringify({ v: 'meta.k8s.io/v1', rv: Number(revision), start, prefix }));
}

function parseContinue(token: string): Start {
  const { rv, start, prefix } = JSON.parse(fromBase64(token)) as { rv: number; start: string; prefix: string };
  return { exact: asRevision(rv), afterKey: `${prefix}${start.replace(/\u0000$/, '')}` };
}

function toBase64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64url').toString('utf8');
}

function expired(backend: Backend): Error {
  return failure(
    410,
    'Expired',
    `The provided continue parameter is too old to display a consistent list result (${backend.store.compacted()}).`,
  );
}
