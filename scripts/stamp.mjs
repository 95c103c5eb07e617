// What dist/ was built from, as one hash: names, sizes and times of all sources.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOTS = ['sandbox', 'src', 'lessons', 'scripts', 'package.json', 'package-lock.json'];

export function stamp() {
  const hash = createHash('sha256');
  const visit = (path) => {
    const stat = statSync(path);
    if (stat.isDirectory()) for (const name of readdirSync(path).sort()) visit(join(path, name));
    else hash.update(`${path} ${stat.size} ${Math.round(stat.mtimeMs)}\n`);
  };
  for (const root of ROOTS) visit(root);
  return hash.digest('hex');
}

/** Whether dist/ is there and belongs to the sources as they are. */
export function isFresh() {
  try {
    return readFileSync('dist/.stamp', 'utf8') === stamp();
  } catch {
    return false;
  }
}
