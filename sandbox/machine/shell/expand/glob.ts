// Pathname expansion: a pattern becomes the names that match it, sorted; or stays as it is.

import { SysError } from '../../sys.ts';
import { hasOption, type Vm } from '../vm.ts';
import { hasGlob, matches, parsePattern } from './pattern.ts';

/** The paths that match, sorted; none when nothing does. */
export function glob(vm: Vm, pattern: string): readonly string[] {
  const segments = pattern.split('/');
  let paths = [''];
  if (segments[0] === '' && segments.length > 1) {
    paths = ['/'];
    segments.shift();
  }
  segments.forEach((segment, i) => {
    const last = i === segments.length - 1;
    paths = paths.flatMap((path) => step(vm, path, segment, last));
  });
  return [...paths].sort(compare);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function step(vm: Vm, path: string, segment: string, last: boolean): string[] {
  if (segment === '') return last ? (path !== '' && isFolder(vm, path) ? [path] : []) : [path];
  if (segment === '**' && vm.state.options.has('globstar')) {
    return [...(path === '' && last ? [] : [path]), ...below(vm, path, last)];
  }
  const names = hasGlob(segment, hasOption(vm, 'extglob'))
    ? matching(vm, path, segment)
    : named(vm, path, segment.replace(/\\(.)/g, '$1'));
  return names.map((name) => (last ? path + name : `${path}${name}/`));
}

/** What is below a folder in any depth: what `**` stands for beside the folder itself. Before a slash folders alone. */
function below(vm: Vm, path: string, last: boolean): string[] {
  return matching(vm, path, '*').flatMap((name) => {
    const inner = path + name;
    const itself = last ? [inner] : isFolder(vm, inner) ? [`${inner}/`] : [];
    return isOwnFolder(vm, inner) ? [...itself, ...below(vm, `${inner}/`, last)] : itself;
  });
}

function named(vm: Vm, path: string, name: string): string[] {
  return exists(vm, path + name) ? [name] : [];
}

function matching(vm: Vm, path: string, segment: string): string[] {
  const tokens = parsePattern(segment, hasOption(vm, 'extglob'));
  const hidden = segment.startsWith('.') || segment.startsWith('\\.');
  const all = listing(vm, path === '' ? '.' : path);
  const candidates = hidden && vm.flavour.name !== 'bash' ? ['.', '..', ...all] : all;
  const found = candidates.filter(
    (name) => (hidden || vm.state.options.has('dotglob') || !name.startsWith('.')) && matches(tokens, name),
  );
  vm.state.steps += all.length >> 4;
  return found;
}

function listing(vm: Vm, path: string): readonly string[] {
  try {
    return vm.sys.readdir(path);
  } catch (error) {
    if (error instanceof SysError) return [];
    throw error;
  }
}

function exists(vm: Vm, path: string): boolean {
  try {
    vm.sys.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof SysError) return false;
    throw error;
  }
}

/** Links to folders aren't followed. */
function isOwnFolder(vm: Vm, path: string): boolean {
  try {
    return vm.sys.lstat(path).type === 'directory';
  } catch (error) {
    if (error instanceof SysError) return false;
    throw error;
  }
}

function isFolder(vm: Vm, path: string): boolean {
  try {
    return vm.sys.stat(path === '' ? '.' : path).type === 'directory';
  } catch (error) {
    if (error instanceof SysError) return false;
    throw error;
  }
}
