// What the screen offers: the course with its progress, lessons and play on sessions that are kept.

import { homedir } from 'node:os';
import { sep } from 'node:path';
import type { ClusterSpec } from '../../sandbox/cluster.ts';
import { own } from '../../sandbox/kube/json.ts';
import { durationMs, timeMs } from '../../sandbox/time/units.ts';
import type { Language } from '../i18n/language.ts';
import { beginningOf, prepare, runnerOf } from '../lessons/begin.ts';
import { numberOf } from '../lessons/find.ts';
import type { Lesson } from '../lessons/lesson.ts';
import type { Runner } from '../lessons/runner.ts';
import { decodeRunner, encodeRunner } from '../lessons/saved.ts';
import { withLesson, withMistakes } from '../progress/progress.ts';
import { type Kept, openKept } from '../session/folder.ts';
import { createSession } from '../session/session.ts';
import type { Offer, Seating } from '../tui/app.ts';
import { lessonTeacher } from '../tui/lessonteacher.ts';
import { goLive } from '../tui/live.ts';
import { openCourse, progressOf } from './course.ts';
import type { GlobalOptions } from './options.ts';
import { VERSION } from './version.ts';

const PLAY = 'play';
/** Cluster time after which nodes are ready, in milliseconds. */
const READY_MS = 2000;

/** A cluster of one's own to play with. */
export interface OwnCluster {
  /** What its session is called. */
  readonly name: string;
  readonly spec: ClusterSpec;
}

/** `restart` begins the first lesson anew that is opened. */
export function offerOf(options: GlobalOptions, restart = false, cluster?: OwnCluster): Offer {
  const course = openCourse();
  const store = progressOf(options);
  const lessons = course.modules.flatMap((module) => module.lessons);
  let again = restart;
  let welcome: ReturnType<Offer['nodes']> = { nodes: [], took: undefined };

  const stateOf = (id: string): 'done' | 'begun' | 'open' => own(store.read().lessons, id)?.state ?? 'open';

  return {
    folder: shortFolder(options.dataDir),
    modules: (lang) =>
      course.modules.map(({ id, title, lessons: own_ }) => ({
        title: `${Number.parseInt(id, 10)} ${title[lang]}`,
        lessons: own_.map((lesson) => listed(lesson, lang, stateOf(lesson.id))),
      })),
    next: () => (lessons.find(({ id }) => stateOf(id) !== 'done') ?? lessons[0])?.id,
    after: (id) => lessons[lessons.findIndex((lesson) => lesson.id === id) + 1]?.id,
    begin(id) {
      const lesson = lessons.find((each) => each.id === id);
      const fresh = again || (lesson !== undefined && stateOf(lesson.id) === 'done');
      again = false;
      return lesson === undefined ? playSeating(options, cluster) : lessonSeating(lesson, options, fresh);
    },
    nodes: () => welcome,
    prepare() {
      welcome = readyCluster(options);
    },
  };
}

function shortFolder(folder: string): string {
  const home = homedir();
  return folder.startsWith(home + sep) ? `~${folder.slice(home.length)}` : folder;
}

function listed({ id, title, minutes }: Lesson, lang: Language, state: 'done' | 'begun' | 'open') {
  return { id, number: numberOf(id), title: title[lang], minutes, state };
}

function readyCluster({ seed = 1 }: GlobalOptions): ReturnType<Offer['nodes']> {
  const began = performance.now();
  const session = createSession({ version: VERSION, seed, startTime: timeMs(Date.now()) });
  session.advance(durationMs(READY_MS));
  const took = performance.now() - began;
  const live = goLive(session, { onTurn() {}, onRewind() {} });
  const nodes = live.look().cluster.nodes.map(({ name, health }) => ({ name, ready: health === 'ready' }));
  live.stop();
  return { nodes, took };
}

function lines({ session }: Kept): readonly string[] {
  return session.inputs().flatMap((input) => (input.kind === 'line' ? [input.line] : []));
}

/** What has to be done so that a kept session ends where it is. */
function closing(kept: Kept): () => void {
  return () => {
    kept.session.enter({ kind: 'end' });
    kept.session.settle();
    kept.close();
  };
}

function playSeating(options: GlobalOptions, cluster: OwnCluster | undefined): Seating {
  const { seed = 1, dataDir } = options;
  const spec = cluster === undefined ? {} : { spec: cluster.spec };
  const beginning = () => ({ version: VERSION, seed, startTime: timeMs(Date.now()), ...spec });
  const kept = openKept(dataDir, cluster?.name ?? PLAY, beginning);
  if (!kept.resumed) kept.session.advance(durationMs(READY_MS));
  return { session: kept.session, history: lines(kept), close: closing(kept) };
}

function lessonSeating(lesson: Lesson, options: GlobalOptions, restart: boolean): Seating {
  const { seed = 1, dataDir } = options;
  const store = progressOf(options);
  const beginning = () => beginningOf(lesson, { version: VERSION, seed, startTime: timeMs(Date.now()) });
  const kept = openKept(dataDir, lesson.id, beginning, restart);
  const { session } = kept;
  if (!kept.resumed) prepare(lesson, session);
  const saved = kept.resumed ? decodeRunner(own(store.read().lessons, lesson.id)?.runner) : undefined;
  const runner = runnerOf(lesson, session, saved);
  keep(lesson, runner, options, false);
  return {
    session,
    history: lines(kept),
    close: closing(kept),
    teacher: (lang, surface) =>
      lessonTeacher({
        runner,
        session,
        lang,
        glyphs: () => surface().glyphs,
        keep: (finished) => keep(lesson, runner, options, finished),
        stop: () => keep(lesson, runner, options, false),
      }),
  };
}

/** What has been learned so far, on disk. */
function keep(lesson: Lesson, runner: Runner, options: GlobalOptions, finished: boolean): void {
  const learned = runner.progress();
  progressOf(options).update((progress) => {
    const next = withLesson(progress, lesson.id, Date.now(), finished, encodeRunner(learned));
    return finished ? withMistakes(next, learned.mistaken) : next;
  });
}
