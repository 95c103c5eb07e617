// What the screen offers: the course with its progress, lessons and play on sessions that are kept.

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { sep } from 'node:path';
import type { ClusterSpec } from '../../sandbox/cluster.ts';
import { own } from '../../sandbox/kube/json.ts';
import type { Language } from '../i18n/language.ts';
import { say, tell, type Words } from '../i18n/say.ts';
import type { Drill } from '../lessons/drills/drill.ts';
import { numberOf } from '../lessons/find.ts';
import type { Lesson } from '../lessons/lesson.ts';
import { withAnswer } from '../progress/review.ts';
import { type Draft, draftOf, openKept, sessionFile } from '../session/folder.ts';
import { startingNow } from '../session/ready/ready.ts';
import type { Session } from '../session/session.ts';
import { drillTeacher } from '../tui/drillteacher.ts';
import { lessonTeacher } from '../tui/lessonteacher.ts';
import { goLive } from '../tui/live.ts';
import type { Offer, Seating } from '../tui/seating.ts';
import { openCourse, progressOf } from './course.ts';
import { type Call, calledTo, DAILY, drillId, keptAs, openDrills } from './drills.ts';
import { leftOf, openDrill } from './opendrill.ts';
import { closed, lessonDraft, noticesOf, type Opening, openLesson, tokenKeyFor } from './openlesson.ts';
import type { GlobalOptions } from './options.ts';
import {
  openSystemShells,
  type SystemShellOptions,
  shellFolders,
  systemShellKit,
  systemShellNotices,
} from './systemshell.ts';
import { VERSION } from './version.ts';

const PLAY = 'play';

/** A cluster of one's own to play with. */
export interface OwnCluster {
  /** What its session is called. */
  readonly name: string;
  readonly spec: ClusterSpec;
}

/** Beside what the screen needs: what is told when it has gone. */
export interface CourseOffer extends Offer {
  /** The lines of the last drill. */
  results(): readonly string[];
}

/** `opening` is for the first lesson that is opened. */
export function offerOf(options: GlobalOptions, opening: Opening = {}, cluster?: OwnCluster): CourseOffer {
  const course = openCourse(options);
  const store = progressOf(options);
  const lessons = course.modules.flatMap((module) => module.lessons);
  let first = opening;
  let prepared: Prepared | undefined;
  let resumes = false;
  const drills = openDrills();
  const results: string[] = [];

  const stateOf = (id: string): 'done' | 'begun' | 'open' => own(store.read().lessons, id)?.state ?? 'open';
  const next = (): Lesson | undefined => lessons.find(({ id }) => stateOf(id) !== 'done') ?? lessons[0];

  return {
    folder: shortFolder(options.dataDir),
    daily: DAILY,
    modules: (lang) => [
      ...course.modules.map(({ id, title, lessons: own_ }) => ({
        title: `${numberOf(id)} ${title[lang]}`,
        lessons: own_.map((lesson) => listed(lesson, lang, stateOf(lesson.id))),
      })),
      {
        title: tell(lang, 'drill.module', {}),
        lessons: drills.all(1).map((drill) => listedDrill(drill, lang, stateOf(drillId(drill)))),
      },
    ],
    next: () => next()?.id,
    after(id) {
      const at = lessons.findIndex((lesson) => lesson.id === id);
      return at < 0 ? undefined : lessons[at + 1]?.id;
    },
    begin(id) {
      const lesson = lessons.find((each) => each.id === id);
      const how = first;
      first = {};
      const call = how.drill ?? calledTo(drills, id, (name) => leftOf(store, name)?.seed);
      if (call !== undefined) return drillSeating(call, options, how.restart === true, results);
      if (lesson === undefined) return playSeating(options, cluster);
      const draft = prepared?.lesson === lesson ? { draft: prepared.draft } : {};
      prepared = undefined;
      const restart = how.restart === true || stateOf(lesson.id) === 'done';
      return lessonSeating(lesson, options, { ...how, ...draft, restart });
    },
    results: () => results,
    nodes: () => prepared?.seen ?? { nodes: [], took: undefined, resumes },
    prepare() {
      const lesson = next();
      const begun = lesson !== undefined && existsSync(sessionFile(options.dataDir, lesson.id));
      resumes = begun && lesson !== undefined && stateOf(lesson.id) !== 'done';
      if (lesson !== undefined && !resumes) prepared = preparedFor(lesson, options);
    },
  };
}

/** The cluster of the lesson that Enter begins, before it is begun. */
interface Prepared {
  readonly lesson: Lesson;
  readonly draft: Draft;
  readonly seen: ReturnType<Offer['nodes']>;
}

function preparedFor(lesson: Lesson, options: GlobalOptions): Prepared {
  const began = performance.now();
  const draft = lessonDraft(lesson, options);
  const took = performance.now() - began;
  const live = goLive(draft.session, { onTurn() {}, onRewind() {} });
  const nodes = live.look().cluster.nodes.map(({ name, health }) => ({ name, ready: health === 'ready' }));
  live.stop();
  return { lesson, draft, seen: { nodes, took, resumes: false } };
}

function shortFolder(folder: string): string {
  const home = homedir();
  return folder.startsWith(home + sep) ? `~${folder.slice(home.length)}` : folder;
}

function listed({ id, title, minutes }: Lesson, lang: Language, state: 'done' | 'begun' | 'open') {
  return { id, number: numberOf(id), title: title[lang], minutes, state };
}

function lines(session: Session): readonly string[] {
  return session.inputs().flatMap((input) => (input.kind === 'line' ? [input.line] : []));
}

function playSeating(options: GlobalOptions, cluster: OwnCluster | undefined): Seating {
  const { seed = 1, dataDir } = options;
  const spec = cluster === undefined ? {} : { spec: cluster.spec };
  const draft = (): Draft =>
    draftOf({ version: VERSION, seed, startTime: startingNow(), ...spec }, tokenKeyFor(options.shell));
  const name = cluster?.name ?? PLAY;
  const kept = openKept(dataDir, name, draft);
  const { session } = kept;
  return {
    session,
    history: lines(session),
    ...withShells(options, { session, name, files: {}, trusted: kept.keyed }, noticesOf(kept)),
    close: () => closed(kept, () => {}),
  };
}

function lessonSeating(lesson: Lesson, options: GlobalOptions, opening: Opening): Seating {
  const { session, runner, store, notices, keyed, keep, close } = openLesson(lesson, options, opening);
  const reviewed = (question: string, right: boolean): void => {
    store.update((progress) => withAnswer(progress, question, right, Date.now()));
  };
  return {
    session,
    history: lines(session),
    ...withShells(options, { session, name: lesson.id, files: lesson.files, trusted: keyed }, notices),
    close,
    teacher: (surface) => lessonTeacher({ runner, session, surface, keep, reviewed, stop: () => keep(false) }),
  };
}

/** What is told first, and shells of the learner's own system where they are asked for. */
function withShells(
  options: GlobalOptions,
  { name, ...place }: Pick<SystemShellOptions, 'session' | 'files' | 'trusted'> & { readonly name: string },
  told: () => readonly Words[],
): Pick<Seating, 'notices' | 'shells'> {
  const { lang } = options;
  const notices = () => told().map((words) => say(words, lang));
  if (options.shell !== 'system') return { notices };
  const kit = systemShellKit();
  const folders = shellFolders(options.dataDir, name);
  const first = [...systemShellNotices(kit, folders.work, place.trusted, lang)];
  return {
    notices: () => [...notices(), ...first.splice(0)],
    shells: (enter) => openSystemShells({ ...kit, ...place, folders, lang }, enter),
  };
}

function listedDrill({ file }: Drill, lang: Language, state: 'done' | 'begun' | 'open') {
  return { id: drillId({ file }), number: file.id, title: file.title[lang], minutes: file.par, state };
}

/** An incident that is left can be gone on with; one that is over has a result. */
function drillSeating(call: Call, options: GlobalOptions, restart: boolean, results: string[]): Seating {
  const { lang } = options;
  const { incident, session, notices, keep, close } = openDrill(call, options, restart);
  return {
    session,
    history: lines(session),
    ...withShells(options, { session, name: keptAs(call), files: {}, trusted: false }, notices),
    close() {
      if (incident.over()) results.splice(0, results.length, ...incident.result(lang));
      close();
    },
    teacher: (surface) => drillTeacher(incident, { session, surface, keep, stop: () => keep(false) }),
  };
}
