// A lesson and a session made by hand: objects are put in, time is set.

import type { Client } from '../../../sandbox/client/client.ts';
import type { KubeObject } from '../../../sandbox/kube/meta.ts';
import { RESOURCES } from '../../../sandbox/schema/schema.ts';
import { EPOCH, type TimeMs, timeMs } from '../../../sandbox/time/units.ts';
import type { ObjectChange, TeacherSession } from '../../../src/checks/session.ts';
import type { Lesson } from '../../../src/lessons/lesson.ts';
import { loadCourse } from '../../../src/lessons/load.ts';
import { newLessonFiles } from '../../../src/lessons/template.ts';

/** The template's lesson with other goals, predictions and so on. */
export function lessonWith(change: (text: string) => string): Lesson {
  const files = new Map([...newLessonFiles('01-topic', '01-lesson')]);
  files.set('01-topic/01-lesson/lesson.yaml', change(files.get('01-topic/01-lesson/lesson.yaml') ?? ''));
  const lesson = loadCourse(files).value?.modules[0]?.lessons[0];
  if (lesson === undefined) throw new Error('no lesson');
  return lesson;
}

/** What is wrong with the template's lesson once it is changed, without the file's name. */
export function problemsWith(change: (text: string) => string): readonly string[] {
  const files = new Map([...newLessonFiles('01-topic', '01-lesson')]);
  files.set('01-topic/01-lesson/lesson.yaml', change(files.get('01-topic/01-lesson/lesson.yaml') ?? ''));
  return loadCourse(files).problems.map(({ message }) => message);
}

export interface HandSession extends TeacherSession {
  put(object: KubeObject): void;
  remove(kind: string, name: string): void;
  pass(ms: number): void;
  write(path: string, text: string): void;
}

export function handSession(): HandSession {
  let now: TimeMs = EPOCH;
  let revision = 1;
  const objects = new Map<string, KubeObject>();
  const files = new Map<string, string>();
  const changes: { readonly kind: string; readonly revision: number; readonly change: ObjectChange }[] = [];
  const note = (kind: string, key: string, object: KubeObject | undefined): void => {
    revision++;
    changes.push({ kind, revision, change: { key, object, time: now } });
  };
  const list = function* ({ kind }: { kind: string }, namespace?: string, options?: { fieldSelector?: string }) {
    const name = options?.fieldSelector?.split('=')[1];
    const items = [...objects.values()].filter(
      (one) =>
        one.kind === kind &&
        (namespace === undefined || one.metadata?.namespace === namespace) &&
        (name === undefined || one.metadata?.name === name),
    );
    return { items };
  };
  return {
    now: () => now,
    revision: () => revision,
    client: () => ({ list }) as unknown as Client,
    run: (work) => {
      const step = work.next();
      if (step.done !== true) throw new Error('waits');
      return step.value;
    },
    resolve: (_, kind) => RESOURCES.find((one) => one.kind === kind),
    changesAfter: (type, after) =>
      changes.filter((one) => one.kind === type.kind && one.revision > after).map(({ change }) => change),
    changedSince: (after) => revision > after,
    revisionAt: () => 1,
    listAt: () => 'gone',
    file: (path) => files.get(path),
    fork: () => undefined,
    advance() {},
    settle() {},
    exec: () => ({ status: 0, output: '' }),
    log: () => undefined,
    start: () => ({ kill() {} }),
    startBeside() {},
    perform() {},
    put(object) {
      const key = `${object.kind}/${object.metadata?.name}`;
      objects.set(key, object);
      note(object.kind ?? '', key, object);
    },
    remove(kind, name) {
      objects.delete(`${kind}/${name}`);
      note(kind, `${kind}/${name}`, undefined);
    },
    pass(ms) {
      now = timeMs(now + ms);
    },
    write: (path, text) => files.set(path, text),
  };
}
