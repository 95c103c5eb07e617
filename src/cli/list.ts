// `k8s-learn list`: modules, lessons, how far one has come.

import stringWidth from 'fast-string-width';
import { own } from '../../sandbox/kube/json.ts';
import { tell } from '../i18n/say.ts';
import { numberOf } from '../lessons/find.ts';
import type { Lesson } from '../lessons/lesson.ts';
import type { Progress } from '../progress/progress.ts';
import { openCourse, printNotices, progressOf } from './course.ts';
import { EXIT } from './failure.ts';
import type { GlobalOptions } from './options.ts';

type State = 'done' | 'begun' | 'open';

export async function list(
  _args: readonly string[],
  own_: Readonly<Record<string, unknown>>,
  options: GlobalOptions,
): Promise<number> {
  const course = openCourse(options);
  const store = progressOf(options);
  const progress = store.read();
  printNotices(store.notices(), options);
  const { lang } = options;
  if (own_['json'] === true) {
    const modules = course.modules.map(({ id, title, summary, lessons }) => ({
      id,
      title: title[lang],
      summary: summary[lang],
      lessons: lessons.map((lesson) => summaryOf(lesson, progress, options)),
    }));
    console.log(JSON.stringify({ title: course.title[lang], modules }, null, 2));
    return EXIT.done;
  }
  const lessons = course.modules.flatMap((module) => module.lessons);
  const width = Math.max(...lessons.map(({ title }) => stringWidth(title[lang])));
  for (const module of course.modules) {
    console.log(`${numberOf(module.id)} ${module.title[lang]}`);
    for (const lesson of module.lessons) console.log(lineOf(lesson, progress, width, options));
  }
  const n = lessons.filter(({ id }) => stateOf(id, progress) === 'done').length;
  console.log(tell(lang, 'progress.lessons', { n, of: lessons.length }));
  return EXIT.done;
}

function summaryOf(lesson: Lesson, progress: Progress, { lang }: GlobalOptions) {
  const { id, title, idea, minutes, level, requires = [], teaches, backends = ['simulator'] } = lesson;
  const state = stateOf(id, progress);
  return {
    id,
    number: numberOf(id),
    title: title[lang],
    idea: idea[lang],
    minutes,
    level,
    requires,
    teaches,
    backends,
    state,
  };
}

function lineOf({ id, title, minutes }: Lesson, progress: Progress, width: number, { lang }: GlobalOptions): string {
  const state = stateOf(id, progress);
  const mark = { done: '●', begun: '◐', open: '○' }[state];
  const padding = ' '.repeat(width - stringWidth(title[lang]));
  const time = tell(lang, 'lesson.minutes', { n: minutes });
  return `  ${mark} ${numberOf(id)} ${title[lang]}${padding}  ${time.padStart(6)}  ${tell(lang, `lesson.${state}`, {})}  ${id}`;
}

export function stateOf(id: string, progress: Progress): State {
  return own(progress.lessons, id)?.state ?? 'open';
}
