// Packs that were installed: lessons of others, beside the course. A pack is texts only; what it says runs on the
// simulated workstation and nowhere else.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type Bundle, BundleError, bundleOf, pathProblem, readBundle } from '../lessons/bundle.ts';
import type { Course, Lesson, Module } from '../lessons/lesson.ts';
import { loadCourse } from '../lessons/load.ts';
import { type PackFiles, problemText } from '../lessons/pack.ts';
import { EXIT, Failure } from './failure.ts';
import type { GlobalOptions } from './options.ts';
import { packOf, readPack } from './packfiles.ts';

function packsFolder({ dataDir }: Pick<GlobalOptions, 'dataDir'>): string {
  return join(dataDir, 'packs');
}

/** The modules of all installed packs, each under its pack's name. A pack that can't be read is left out. */
export function installedModules(options: Pick<GlobalOptions, 'dataDir'>): readonly Module[] {
  return installedIds(options).flatMap((id) => {
    try {
      const { value } = loadCourse(readPack(join(packsFolder(options), id)), 'usable');
      return value === undefined ? [] : value.modules.map((module) => ownedBy(id, module, value));
    } catch (error) {
      if (error instanceof Failure) return [];
      throw error;
    }
  });
}

function installedIds(options: Pick<GlobalOptions, 'dataDir'>): readonly string[] {
  const folder = packsFolder(options);
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** `my-pack+01-topic/01-lesson`: no lesson of a pack takes the place of another's. */
function ownedBy(id: string, module: Module, { modules }: Course): Module {
  const own = new Set(modules.flatMap(({ lessons }) => lessons.map((lesson) => lesson.id)));
  const named = (lesson: string): string => (own.has(lesson) ? `${id}+${lesson}` : lesson);
  const lessons = module.lessons.map(
    (lesson): Lesson => ({
      ...lesson,
      id: named(lesson.id),
      module: `${id}+${lesson.module}`,
      ...(lesson.requires === undefined ? {} : { requires: lesson.requires.map(named) }),
    }),
  );
  return { ...module, id: `${id}+${module.id}`, lessons };
}

/** `pack bundle FOLDER [FILE]`. */
export function bundlePack(path: string | undefined, target: string | undefined): number {
  if (path === undefined) throw new Failure(EXIT.usage, 'k8s-learn pack bundle: which folder?', '', '');
  const { id, files } = packAt(path);
  const file = target ?? `${id}.k8s-learn`;
  const bytes = bundleOf(id, files);
  writeFileSync(file, bytes);
  console.log(`${file}: ${files.size} files, ${bytes.length} bytes`);
  return EXIT.done;
}

/** `pack install FOLDER|FILE`. */
export function installPack(path: string | undefined, replace: boolean, options: GlobalOptions): number {
  if (path === undefined) throw new Failure(EXIT.usage, 'k8s-learn pack install: which folder or bundle?', '', '');
  const { id, files } = packAt(path);
  const target = join(packsFolder(options), id);
  if (existsSync(target) && !replace)
    throw new Failure(
      EXIT.no,
      `k8s-learn pack install: a pack with the id ${id} is installed already.`,
      'Two packs with one id would hide one another.',
      `Add --replace to put this one in its place, or remove the other one: k8s-learn pack remove ${id}`,
    );
  rmSync(target, { recursive: true, force: true });
  for (const [inner, text] of files) {
    const file = join(target, inner);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, text, { mode: 0o600 });
  }
  console.log(`${id}: k8s-learn list`);
  return EXIT.done;
}

export function removePack(id: string | undefined, options: GlobalOptions): number {
  if (id === undefined || !installedIds(options).includes(id))
    throw new Failure(
      EXIT.usage,
      `k8s-learn pack remove: ${id ?? '(none)'}: no such pack.`,
      `Installed are ${installedIds(options).join(', ') || 'none'}.`,
      '',
    );
  rmSync(join(packsFolder(options), id), { recursive: true });
  return EXIT.done;
}

/** A pack from a folder or a bundle, with everything that is wrong with it refused. */
function packAt(path: string): Bundle {
  const pack = isFolder(path) ? fromFolder(path) : fromBundle(path);
  for (const file of pack.files.keys()) {
    const problem = pathProblem(file);
    if (problem !== undefined) throw refused(`${file}: ${problem}`);
  }
  const { value, problems } = loadCourse(pack.files, 'proven');
  if (value === undefined || problems.length > 0) throw refused(problems.map(problemText).join('\n'));
  return pack;
}

function refused(why: string): Failure {
  return new Failure(
    EXIT.no,
    'k8s-learn pack: the pack is refused.',
    why,
    '`k8s-learn pack lint FOLDER` says it again.',
  );
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw new Failure(
      EXIT.usage,
      `k8s-learn pack: ${path} can't be read.`,
      error instanceof Error ? error.message : '',
      '',
    );
  }
}

function fromFolder(path: string): Bundle {
  const { root, isCourse } = packOf(path);
  if (!isCourse) throw refused(`${path}: there is no course.yaml in it or above it`);
  const files = readPack(root);
  const id =
    idIn(files) ??
    basename(resolve(root))
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, '-');
  return { id, files };
}

function idIn(files: PackFiles): string | undefined {
  return /^id:\s*([a-z0-9-]+)\s*$/m.exec(files.get('course.yaml') ?? '')?.[1];
}

const BUNDLE_BYTES_MAX = 20_000_000;

function fromBundle(path: string): Bundle {
  if (statSync(path).size > BUNDLE_BYTES_MAX) throw refused(`${path}: it is larger than ${BUNDLE_BYTES_MAX / 1e6} MB`);
  try {
    return readBundle(readFileSync(path));
  } catch (error) {
    if (error instanceof BundleError) throw refused(`${path}: ${error.message}`);
    throw error;
  }
}
