// Asking for a user name and a password, where a kubeconfig has no credentials at all.

import type { Blocking, Sys } from '../../../sandbox/machine/sys.ts';
import { decodeText } from '../files.ts';

export function* promptForCredentials(sys: Sys): Blocking<{ readonly username: string; readonly password: string }> {
  const username = yield* ask(sys, 'Username');
  const password = yield* ask(sys, 'Password');
  return { username, password };
}

function* ask(sys: Sys, field: string): Blocking<string> {
  yield* sys.write(1, `Please enter ${field}: `);
  let text = '';
  while (!text.trimStart().includes('\n')) {
    const bytes = yield* sys.read(0, 1);
    if (bytes.length === 0) break;
    text += decodeText(bytes);
  }
  const word = text.trim().split(/\s/)[0] ?? '';
  if (word === '') throw new Error('EOF');
  return word;
}
