// A learner at a desk without a terminal and without real time: keys in, pictures out.

import type { HostClock } from '../../../sandbox/time/pace.ts';
import { durationMs, EPOCH } from '../../../sandbox/time/units.ts';
import { courseFolder, readPack } from '../../../src/cli/packfiles.ts';
import type { Language } from '../../../src/i18n/language.ts';
import { beginningOf, prepare, runnerOf } from '../../../src/lessons/begin.ts';
import { type Drill, makeDrill } from '../../../src/lessons/drills/drill.ts';
import { beginIncident } from '../../../src/lessons/drills/incident.ts';
import { loadCourse } from '../../../src/lessons/load.ts';
import { createSession, type Session } from '../../../src/session/session.ts';
import { USUAL_BINDINGS } from '../../../src/tui/bindings.ts';
import { drillTeacher } from '../../../src/tui/drillteacher.ts';
import { ROUND } from '../../../src/tui/glyphs.ts';
import type { Size } from '../../../src/tui/layout.ts';
import { lessonTeacher } from '../../../src/tui/lessonteacher.ts';
import { picture } from '../../../src/tui/picture.ts';
import { plain } from '../../../src/tui/text.ts';
import { openWork, type Work } from '../../../src/tui/work/work.ts';
import { feedKeys, flushKeys, NO_KEYS } from '../../../src/workstation/keys.ts';

export interface Stage {
  readonly session: Session;
  readonly work: Work;
  /** Types keys; the cluster's time stands meanwhile. */
  type(keys: string): Promise<void>;
  /** Types a line and Enter, and lets the cluster's time pass. */
  line(text: string, milliseconds?: number): Promise<void>;
  pass(milliseconds: number): Promise<void>;
  /** Lets real time pass with each look at the clock. */
  hurry(milliseconds: number): void;
  resize(size: Size): Promise<void>;
  screen(): string[];
  clipboard(): string;
}

/** A clock that stands until it is told to go on. */
function manualClock(): HostClock & { tick(milliseconds: number): void; hurry(milliseconds: number): void } {
  let now = 0;
  let each = 0;
  const waiting = new Set<() => void>();
  return {
    now() {
      now += each;
      return now;
    },
    hurry(milliseconds) {
      each = milliseconds;
    },
    later(run) {
      waiting.add(run);
      return () => waiting.delete(run);
    },
    tick(milliseconds) {
      now += milliseconds;
      for (const run of [...waiting]) {
        waiting.delete(run);
        run();
      }
    },
  };
}

/** What is written to a terminal without a screen is taken in a moment later. */
async function taken(): Promise<void> {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setTimeout(resolve, 0));
}

export async function openStage(
  lessonId: string | undefined,
  first: Size,
  firstLang: Language = 'en',
  bindings = USUAL_BINDINGS,
  leave: (onward: boolean) => void = () => {},
  notices: string[] = [],
): Promise<Stage> {
  let lang = firstLang;
  let clipboard = '';
  let size = first;
  const clock = manualClock();
  const drill = lessonId?.startsWith('90-drills/') ? drillOf(lessonId) : undefined;
  const lesson = drill?.lesson ?? lessonOf(lessonId);
  const surface = () => ({ size, lang, glyphs: ROUND, bindings });
  const session = createSession(
    lesson === undefined
      ? { version: '0', seed: 1, startTime: EPOCH }
      : beginningOf(lesson, { version: '0', seed: 1, startTime: EPOCH }),
  );
  if (lesson === undefined) session.advance(durationMs(2000));
  else prepare(lesson, session);
  const listener = { session, surface, keep() {}, stop() {}, now: clock.now };
  const teacher =
    drill !== undefined
      ? () => drillTeacher(beginIncident(drill, session), listener)
      : lesson && (() => lessonTeacher({ ...listener, runner: runnerOf(lesson, session), reviewed() {} }));
  const work = openWork({
    session,
    surface,
    clock,
    changed() {},
    leave,
    notices: () => notices.splice(0),
    mouse() {},
    copy(text) {
      clipboard = text;
    },
    language() {
      lang = lang === 'ja' ? 'en' : 'ja';
    },
    ...(teacher === undefined ? {} : { teacher }),
  });
  const stage: Stage = {
    session,
    work,
    async type(keys) {
      const fed = feedKeys(NO_KEYS, new TextEncoder().encode(keys));
      for (const key of [...fed.keys, ...flushKeys(fed.state).keys]) {
        work.press(key);
        await taken();
      }
    },
    async line(text, milliseconds = 1000) {
      await stage.type(text);
      await stage.type('\r');
      await stage.pass(milliseconds);
    },
    async pass(milliseconds) {
      for (let passed = 0; passed < milliseconds; passed += 500) {
        clock.tick(Math.min(500, milliseconds - passed));
        await taken();
      }
      clock.tick(0);
      await taken();
    },
    hurry: clock.hurry,
    async resize(next) {
      size = next;
      work.resize();
      await taken();
    },
    clipboard: () => clipboard,
    screen: () => picture(work.model()).rows.map((row) => plain(row).trimEnd()),
  };
  await stage.pass(500);
  return stage;
}

function drillOf(folder: string): Drill {
  const { value } = makeDrill(readPack(courseFolder(), '90-drills'), folder, 1);
  if (value === undefined) throw new Error(`no drill ${folder}`);
  return value;
}

function lessonOf(id: string | undefined) {
  if (id === undefined) return undefined;
  const course = loadCourse(readPack(courseFolder())).value;
  const lesson = course?.modules.flatMap((module) => module.lessons).find((each) => each.id === id);
  if (lesson === undefined) throw new Error(`no lesson ${id}`);
  return lesson;
}
