// Finding a lesson by what people call it.

import type { Course, Lesson } from './lesson.ts';

export type Found =
  | { readonly lesson: Lesson }
  | { readonly several: readonly string[] }
  | { readonly near: readonly string[] };

/** `01-first-steps/01-first-pod`, `01-first-pod`, `first-pod`, `1.1`, `01-01`. */
export function findLesson({ modules }: Course, name: string): Found {
  const lessons = modules.flatMap((module) => module.lessons);
  const matches = [byId, byFolder, bySlug, byNumber].map((same) => lessons.filter((lesson) => same(lesson.id, name)));
  const [first, ...more] = matches.find((some) => some.length > 0) ?? [];
  if (first === undefined) return { near: lessons.filter(({ id }) => id.includes(name)).map(({ id }) => id) };
  return more.length === 0 ? { lesson: first } : { several: [first, ...more].map(({ id }) => id) };
}

function byId(id: string, name: string): boolean {
  return id === name.replace(/\/$/, '');
}

function byFolder(id: string, name: string): boolean {
  return id.split('/')[1] === name;
}

function bySlug(id: string, name: string): boolean {
  return id.split('/')[1]?.replace(/^\d+-/, '') === name;
}

/** `1.1`: the numbers of module and lesson. */
export function numberOf(id: string): string {
  return id
    .slice(id.indexOf('+') + 1)
    .split('/')
    .map((part) => Number.parseInt(part, 10))
    .join('.');
}

function byNumber(id: string, name: string): boolean {
  const [module, lesson, ...rest] = name.split(/[.-]/).map(Number);
  return rest.length === 0 && numberOf(id) === `${module}.${lesson}`;
}
