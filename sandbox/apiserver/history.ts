// How far back the server remembers: watches reach to the moment when it began to watch the store, exact lists to the
// last compaction, and a while beyond, since its caches keep snapshots.

import { failure, type StatusError } from '../kube/status.ts';
import { asRevision, type Revision } from '../store/store.ts';
import { after, seconds, type TimeMs } from '../time/units.ts';

export interface HistoryState {
  /** Nothing before this is told to watches. */
  since: Revision;
  /** Compactions that the snapshots haven't caught up with yet, and the last one that they have. */
  compactions: readonly { readonly revision: Revision; readonly due: TimeMs }[];
}

/** How long lists at compacted revisions go on. */
const SNAPSHOTS_KEPT = seconds(75);

export function newHistoryState(): HistoryState {
  return { since: asRevision(0), compactions: [] };
}

/** Storage was compacted up to a revision. */
export function noteCompaction(state: HistoryState, revision: Revision, now: TimeMs): void {
  const reached = state.compactions.filter(({ due }) => due <= now).slice(-1);
  const pending = state.compactions.filter(({ due }) => due > now);
  state.compactions = [...reached, ...pending, Object.freeze({ revision, due: after(now, SNAPSHOTS_KEPT) })];
}

/** Whether a list at this revision can still be made. */
export function isListable(state: HistoryState, revision: Revision, now: TimeMs): boolean {
  return state.compactions.every((compaction) => compaction.due > now || compaction.revision <= revision);
}

export function tooOld(wanted: Revision, oldest: Revision): StatusError {
  return failure(410, 'Expired', `too old resource version: ${wanted} (${oldest})`);
}
