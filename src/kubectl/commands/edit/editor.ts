// Editing a text as the learner likes it: KUBE_EDITOR, EDITOR or vi on a temporary file.

import { type Blocking, type Sys, SysError } from '../../../../sandbox/machine/sys.ts';
import { readText, writeFile } from '../../files.ts';

export interface Edited {
  readonly file: string;
  readonly text: string;
}

const NAME_LIMIT = 4_000_000_000;

/** Throws when the editor can't be started, or ends badly. */
export function* editText(sys: Sys, text: string, extension: string): Blocking<Edited> {
  const folder = sys.env.get('TMPDIR') || '/tmp';
  const file = `${folder}/kubectl-edit-${sys.random(NAME_LIMIT)}${extension}`;
  yield* writeFile(sys, file, text, 0o600);
  const argv = editorArguments(sys);
  const shown = JSON.stringify(argv.join(' '));
  let pid: number;
  try {
    pid = sys.spawn([...argv, file]);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    if (error.code === 'ENOENT') throw new Error(`unable to launch the editor ${shown}`);
    throw new Error(`there was a problem with the editor ${shown}`);
  }
  const ended = yield* sys.wait(pid);
  if (ended?.kind !== 'exited' || ended.status !== 0) throw new Error(`there was a problem with the editor ${shown}`);
  return { file, text: yield* readText(sys, file) };
}

function editorArguments({ env }: Sys): readonly string[] {
  const editor = env.get('KUBE_EDITOR') || env.get('EDITOR') || 'vi';
  if (!editor.includes(' ')) return [editor];
  if (!/["'\\]/.test(editor)) return editor.split(' ');
  return [env.get('SHELL') || '/bin/bash', '-c', editor];
}
