// A drill as commands and the screen open it: its session, gone on with or new, its incident, and where both are kept.

import { own } from '../../sandbox/kube/json.ts';
import type { Words } from '../i18n/say.ts';
import { reopenShell } from '../lessons/begin.ts';
import { beginIncident, type Incident } from '../lessons/drills/incident.ts';
import { decodeIncident, encodeIncident, type IncidentProgress } from '../lessons/saved.ts';
import { withLesson } from '../progress/progress.ts';
import type { ProgressStore } from '../progress/store.ts';
import { openKept } from '../session/folder.ts';
import type { Session } from '../session/session.ts';
import { readCluster } from '../tui/live.ts';
import { happeningsIn } from '../tui/work/model.ts';
import { progressOf } from './course.ts';
import { type Call, drillId, keptAs } from './drills.ts';
import { closed, lessonDraft, noticesOf } from './openlesson.ts';
import type { GlobalOptions } from './options.ts';

export interface OpenDrill {
  readonly incident: Incident;
  readonly session: Session;
  /** It goes on with what was done before. */
  readonly resumed: boolean;
  notices(): readonly Words[];
  /** Keeps how it goes; `recovered` when that has just become so. */
  keep(recovered: boolean): void;
  /** Keeps everything, and where the cluster is. */
  close(): void;
}

/** What was left of the drill that is kept under this name. */
export function leftOf(store: ProgressStore, name: string): IncidentProgress | undefined {
  return decodeIncident(own(store.read().lessons, name)?.runner);
}

/** Goes on with this very incident where it was left; any other is begun. `restart` begins it anew. */
export function openDrill(call: Call, options: Pick<GlobalOptions, 'dataDir' | 'lang'>, restart = false): OpenDrill {
  const { drill, day } = call;
  const store = progressOf(options);
  const name = keptAs(call);
  const left = leftOf(store, name);
  const isLeft = !restart && left?.seed === drill.seed && left.day === day;
  const kept = openKept(
    options.dataDir,
    name,
    () => lessonDraft(drill.lesson, { seed: drill.seed, shell: 'workstation' }),
    !isLeft,
  );
  const { session, resumed } = kept;
  reopenShell(session);
  const happened = () => happeningsIn(session, readCluster(session).events);
  const incident = beginIncident(drill, session, { day, saved: resumed ? left : undefined, happened });
  const keep = (recovered: boolean): void => {
    const progress = incident.progress();
    if (kept.unkept !== undefined && !recovered) return;
    store.update((known) => {
      const now = Date.now();
      const next = withLesson(known, name, now, recovered, progress === undefined ? {} : encodeIncident(progress));
      return recovered && name !== drillId(drill) ? withLesson(next, drillId(drill), now, true, {}) : next;
    });
  };
  keep(false);
  return {
    incident,
    session,
    resumed,
    notices: noticesOf(kept, store.notices),
    keep,
    close: () => closed(kept, () => keep(false)),
  };
}
