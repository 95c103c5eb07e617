// An incident as the work view has it: a teacher who offers nothing, and a clock.

import { tell } from '../i18n/say.ts';
import type { Incident } from '../lessons/drills/incident.ts';
import { clockText } from './frame.ts';
import { type LessonTeacherOptions, lessonTeacher, newsOf } from './lessonteacher.ts';
import type { Teacher } from './teacher.ts';
import { NO_ROW, row, STYLES, span } from './text.ts';
import { wrap } from './wrap.ts';

export type DrillTeacherOptions = Omit<LessonTeacherOptions, 'runner' | 'reviewed' | 'news'>;

export function drillTeacher(incident: Incident, options: DrillTeacherOptions): Teacher {
  const { surface } = options;
  const lang = () => surface().lang;
  const lesson = lessonTeacher({
    ...options,
    runner: incident.runner,
    reviewed() {},
    news: (events) => newsOf(events, (event) => (event.kind === 'done' ? recovered() : incident.told([event], lang()))),
  });
  const recovered = (): readonly string[] => [
    tell(lang(), 'drill.done', { time: clockText(incident.elapsed()) }),
    ...incident.result(lang()),
  ];
  return {
    ...lesson,
    incident: {
      elapsed: incident.elapsed,
      par: incident.drill.file.par * 60_000,
      over: incident.over,
      result: () => incident.result(lang()),
    },
    title: () => incident.title(lang()),
    offered: () => [],
    card: () => undefined,
    answer: () => false,
    word: (line) => incident.word(line, lang()),
    asksNothing: () => false,
    stepDone: incident.over,
    next: () => false,
    done: incident.over,
    debrief(columns) {
      const [name = '', ...figures] = incident.result(lang());
      const told = incident.debrief(lang()).flatMap((line) => wrap(row(line), columns));
      return [row(span(name, STYLES.title)), ...figures.map((line) => row(line)), NO_ROW, ...told];
    },
    review: () => undefined,
    answerReview: () => [],
  };
}
