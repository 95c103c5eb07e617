// `answer NAME VALUE`: what the learner found out, kept in the home folder, so that undo and copies carry it.

import type { Blocking, Sys } from '../../sandbox/machine/sys.ts';
import { encode } from '../../sandbox/machine/text.ts';
import { LEARNER_HOME } from '../workstation/workstation.ts';

/** Below the home folder: one file an answer. */
const ANSWERS = '.k8s-learn/answers';

/** Names are plain words, for they become names of files. */
const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

export function* answer(sys: Sys): Blocking<number> {
  const [, name, ...values] = sys.argv;
  if (name === undefined || values.length === 0) {
    yield* sys.write(2, encode('usage: answer NAME VALUE\n'));
    return 2;
  }
  if (!NAME.test(name)) {
    yield* sys.write(2, encode(`answer: ${name}: a name has small letters, digits and dashes\n`));
    return 2;
  }
  for (const folder of ['.k8s-learn', ANSWERS]) {
    if (!exists(sys, `${LEARNER_HOME}/${folder}`)) sys.mkdir(`${LEARNER_HOME}/${folder}`);
  }
  const file = yield* sys.open(`${LEARNER_HOME}/${ANSWERS}/${name}`, { write: true, create: true, truncate: true });
  yield* sys.write(file, encode(`${values.join(' ')}\n`));
  sys.close(file);
  return 0;
}

function exists(sys: Sys, path: string): boolean {
  try {
    sys.stat(path);
    return true;
  } catch {
    return false;
  }
}
