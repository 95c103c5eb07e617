// `npm start`: builds if anything changed since the last build, then runs the program.
import { spawnSync } from 'node:child_process';
import { isFresh } from './stamp.mjs';

if (!isFresh()) {
  const { status } = spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
process.argv.splice(1, 1, 'bin/k8s-learn.cjs');
await import('../bin/k8s-learn.cjs');
