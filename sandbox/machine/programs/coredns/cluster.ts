// How CoreDNS learns of the cluster: what it watches, and what it makes of that.

import { type TimeMs, timeMs } from '../../../time/units.ts';
import type { Blocking, Fd, Sys } from '../../sys.ts';
import { type ApiView, type ApiWatcher, connectView, hearView, newApiView, type WatchedKind } from '../kit/apiview.ts';
import { forget, learn, type NamedKind, type Names, newNames } from './names.ts';

/** Plain data. */
export interface ClusterView extends ApiView {
  readonly names: Names;
  changedAt: TimeMs;
}

const KINDS: readonly (WatchedKind & { readonly name: NamedKind })[] = [
  { name: 'services', path: '/api/v1/services', type: '*v1.Service' },
  { name: 'endpointslices', path: '/apis/discovery.k8s.io/v1/endpointslices', type: '*v1.EndpointSlice' },
  { name: 'namespaces', path: '/api/v1/namespaces', type: '*v1.Namespace' },
];

/** A view of the cluster that nothing has been heard of; one that `watches` nothing stays so. */
export function newClusterView(watches: boolean): ClusterView {
  return { ...newApiView(watches ? KINDS : []), names: newNames(), changedAt: timeMs(0) };
}

export function isSynced({ synced }: ClusterView): boolean {
  return KINDS.every(({ name }) => synced.has(name));
}

/** Lists and watches the kinds whose time has come. Answers what went wrong, for the log. */
export function* connect(sys: Sys, view: ClusterView): Blocking<readonly string[]> {
  const problems = yield* connectView(sys, view, watcher(sys, view));
  return problems.map((problem) => `plugin/kubernetes: ${problem}`);
}

export function hear(sys: Sys, view: ClusterView, fd: Fd): Blocking<void> {
  return hearView(sys, view, watcher(sys, view), fd);
}

function watcher(sys: Sys, view: ClusterView): ApiWatcher {
  const kindOf = (name: string): NamedKind | undefined => KINDS.find((kind) => kind.name === name)?.name;
  const changed = (): void => {
    view.changedAt = sys.now();
  };
  return {
    kinds: KINDS,
    agent: 'coredns/linux/amd64',
    forget: (name) => {
      const kind = kindOf(name);
      if (kind !== undefined) forget(view.names, kind);
      changed();
    },
    learn: (name, object, gone) => {
      const kind = kindOf(name);
      if (kind !== undefined) learn(view.names, kind, object, gone);
      changed();
    },
  };
}
