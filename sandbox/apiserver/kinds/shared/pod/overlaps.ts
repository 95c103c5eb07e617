// Files of a volume that would stand in one another's way.

import { quote } from '../../../../kube/go/text.ts';
import type { V1Volume, V1VolumeProjection } from '../../../../schema/generated/types.ts';

interface File {
  readonly path: string;
  readonly source: string;
}

export function* overlappingPaths(volumes: readonly V1Volume[]): Iterable<string> {
  for (const { name, configMap, secret, downwardAPI, projected } of volumes) {
    const plain = (items: readonly { readonly path: string }[] | undefined, what: string) =>
      overlaps(filesOf(items, ''), []).map((body) => warning(name, what, body));
    yield* plain(configMap?.items, `ConfigMap ${quote(configMap?.name ?? '')}`);
    yield* plain(secret?.items, `Secret ${quote(secret?.secretName ?? '')}`);
    yield* plain(downwardAPI?.items, 'DownwardAPI');
    const earlier: File[] = [];
    for (const source of projected?.sources ?? []) {
      if (Object.keys(source).length === 0) yield `volume ${quote(name)} (Projected) has no sources provided`;
      yield* overlaps(projectedFiles(source), earlier).map((body) => warning(name, 'Projected', body));
    }
  }
}

function warning(volume: string, what: string, body: string): string {
  return `volume ${quote(volume)} (${what}): overlapping paths: ${body}`;
}

function filesOf(items: readonly { readonly path: string }[] | undefined, source: string): readonly File[] {
  return (items ?? []).map(({ path }) => ({ path, source }));
}

function projectedFiles({ configMap, secret, downwardAPI, serviceAccountToken }: V1VolumeProjection): readonly File[] {
  if (configMap?.items !== undefined) return filesOf(configMap.items, `ConfigMap ${quote(configMap.name ?? '')}`);
  if (secret?.items !== undefined) return filesOf(secret.items, `Secret ${quote(secret.name ?? '')}`);
  if (downwardAPI?.items !== undefined) return filesOf(downwardAPI.items, 'DownwardAPI');
  return serviceAccountToken === undefined ? [] : filesOf([serviceAccountToken], 'ServiceAccountToken');
}

/** Each file that is, contains or lies in an earlier one; those of this source become earlier ones too. */
function overlaps(files: readonly File[], earlier: File[]): readonly string[] {
  return files.flatMap(({ path, source }) => {
    const file = { path: withoutEnd(path), source };
    const found = earlier.filter((other) => collide(other, file));
    earlier.push(file);
    return found.map((other) => `${shown(file)} with ${shown(other)}`);
  });
}

/** Without slashes at its end. */
function withoutEnd(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end--;
  return path.slice(0, end);
}

function collide(a: File, b: File): boolean {
  if (a.path === '' || b.path === '') return false;
  return `${a.path}/`.startsWith(`${b.path}/`) || `${b.path}/`.startsWith(`${a.path}/`);
}

function shown({ path, source }: File): string {
  return source === '' ? quote(path) : `${quote(path)} (${source})`;
}
