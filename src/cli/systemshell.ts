// `--shell system`: shells of the learner's own system in the terminal pane. The cluster is offered to them as `serve` does, by a
// private kubeconfig, for as long as somebody sits there.

import { randomBytes } from 'node:crypto';
import { accessSync, chmodSync, constants, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { messageOf } from '../../sandbox/kube/thrown.ts';
import { kubeconfigText } from '../../sandbox/wire/kubeconfig.ts';
import { openWire, type Wire } from '../../sandbox/wire/server.ts';
import { makeFolder, writeWhole } from '../host/disk.ts';
import { type ChosenShell, chooseShell } from '../host/shells/choose.ts';
import { type FolderChanges, fillFolder, folderWatch, NO_CHANGES } from '../host/shells/folder.ts';
import { type HostShell, loadPty, startHostShell } from '../host/shells/pty.ts';
import { type Startup, startupOf, WORD_CODE } from '../host/shells/startup.ts';
import { tell } from '../i18n/say.ts';
import { namespaceIn } from '../session/contexts.ts';
import type { InputBody } from '../session/inputs.ts';
import { type Session, subscribed } from '../session/session.ts';
import type { Size } from '../tui/layout.ts';
import type { ShellNow, SystemShells } from '../tui/work/shells.ts';
import { EXIT, Failure } from './failure.ts';
import type { Language } from './options.ts';

/** What can be typed in the shell and means the teacher or the session. */
const WORDS = ['hint', 'check', 'next', 'predict', 'goals', 'story', 'restart', 'answer', 'why'];
const WORDS_IN_PLAY = ['skip', 'map', 'timeline', 'undo'];

/** What a machine needs for it. */
export interface SystemShellKit {
  readonly pty: NonNullable<ReturnType<typeof loadPty>>;
  readonly chosen: ChosenShell;
}

/** Throws a Failure that says what is missing. */
export function systemShellKit(): SystemShellKit {
  const missing = (why: string, next: string): Failure =>
    new Failure(EXIT.environment, "k8s-learn: --shell system can't be had.", why, next);
  const pty = loadPty();
  if (pty === undefined)
    throw missing(
      'There is no prebuilt @lydell/node-pty for this machine.',
      'Everything works without --shell system.',
    );
  const chosen = chooseShell({ windows: process.platform === 'win32', env: process.env, exists: isProgram });
  if (chosen === undefined)
    throw missing('Neither bash, zsh nor PowerShell is on the PATH.', 'Install one, or leave --shell system out.');
  return { pty, chosen };
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface SystemShellOptions extends SystemShellKit {
  readonly session: Session;
  /** Where private things lie while the shells are open, and where the shells work. */
  readonly folders: { readonly secret: string; readonly work: string };
  /** The files of a lesson. */
  readonly files: Readonly<Record<string, string>>;
  /** The cluster's own tokens and certificates open the endpoint, for nobody can guess how they are made. */
  readonly trusted: boolean;
  readonly lang: Language;
}

interface Seated extends ShellNow {
  readonly size: Size;
  readonly shell: HostShell | undefined;
}

/** `enter` puts inputs into the session, at once. */
export function openSystemShells(
  { pty, chosen, session, folders, files, trusted, lang }: SystemShellOptions,
  enter: (input: InputBody) => void,
): SystemShells {
  const nonce = randomBytes(12).toString('hex');
  const kubeconfig = join(folders.secret, 'config');
  const startup = startupOf(chosen.kind, {
    folder: folders.secret,
    kubeconfig,
    words: [...WORDS, ...WORDS_IN_PLAY],
    nonce,
    env: process.env,
  });
  const shells = new Map<number, Seated>();
  const outputs = new Set<(id: number, bytes: Uint8Array) => void>();
  const changes = new Set<() => void>();
  let disposed = false;
  let wire: Wire | undefined;
  let changedFiles = (): FolderChanges => NO_CHANGES;

  const changed = (): void => {
    for (const listener of changes) listener();
  };
  const shown = (id: number, bytes: Uint8Array): void => {
    for (const listener of outputs) listener(id, bytes);
  };

  async function offer(): Promise<void> {
    const authorities = trusted ? [session.cluster().simulator.authority().certificate] : [];
    const opened = await openWire({
      submit: (client) => enter({ kind: 'client', client }),
      authorities,
      tokens: trusted,
    });
    if (disposed) return opened.close();
    wire = opened;
    session.onClient(opened.ear);
    writeWhole(kubeconfig, kubeconfigText(opened.authority, opened.port));
    writeStartup(startup);
    fillFolder(folders.work, files);
    changedFiles = folderWatch(folders.work);
    for (const id of shells.keys()) start(id);
  }

  function start(id: number): void {
    const seated = shells.get(id);
    if (seated === undefined || wire === undefined) return;
    const end = (): void => {
      const now = shells.get(id);
      if (now !== undefined) shells.set(id, { ...now, ended: true });
      changed();
    };
    const { columns, rows } = seated.size;
    const place = { file: chosen.file, args: startup.args, env: startup.env, cwd: folders.work, columns, rows };
    const shell = startHostShell(pty, { ...place, onOutput: (bytes) => shown(id, bytes), onEnd: end });
    shells.set(id, { ...seated, shell });
  }

  function dispose(): void {
    if (disposed) return;
    disposed = true;
    for (const { shell } of shells.values()) shell?.hangUp();
    void wire?.close();
    rmSync(folders.secret, { recursive: true, force: true });
    process.off('exit', dispose);
  }

  process.on('exit', dispose);
  offer().catch((error: unknown) => {
    const problem = messageOf(error);
    for (const id of shells.keys()) shown(id, Buffer.from(`${tell(lang, 'shell.failed', { problem })}\r\n`));
  });

  return {
    system: true,
    mark: { code: WORD_CODE, nonce },
    ids: () => [...shells.keys()].sort(),
    now: (id) => shells.get(id),
    open(id, size) {
      shells.set(id, { ...AT_WORK, size, shell: undefined });
      start(id);
    },
    close(id) {
      shells.get(id)?.shell?.hangUp();
      shells.delete(id);
    },
    keys: (id, bytes) => shells.get(id)?.shell?.write(bytes),
    resize(id, size) {
      const seated = shells.get(id);
      if (seated === undefined) return;
      shells.set(id, { ...seated, size });
      seated.shell?.resize(size.columns, size.rows);
    },
    namespace: () => namespaceIn(() => readFileSync(kubeconfig, 'utf8')),
    rests: (id) => shells.get(id)?.shell?.rests() === true,
    redraw: (id) => shells.get(id)?.shell?.redraw(),
    changedFiles: () => changedFiles(),
    onOutput: (listener) => subscribed(outputs, listener),
    onChange: (listener) => subscribed(changes, listener),
    dispose,
  };
}

/** From outside it can't be seen whether a shell waits for a line, nor how the last one ended. */
const AT_WORK: ShellNow = { atPrompt: false, prompt: '', ended: false, lastStatus: 0 };

/** What the learner has to know before the first line. */
export function systemShellNotices(
  { chosen }: SystemShellKit,
  work: string,
  trusted: boolean,
  lang: Language,
): readonly string[] {
  const first = tell(lang, 'shell.notice', { shell: basename(chosen.file), folder: work });
  return trusted ? [first] : [first, tell(lang, 'shell.unkeyed', {})];
}

function writeStartup({ files }: Startup): void {
  for (const [file, text] of files) {
    writeWhole(file, text);
    chmodSync(file, 0o700);
  }
}

/** Where the shells of a session work, and where what they need is hidden meanwhile. */
export function shellFolders(dataDir: string, name: string): SystemShellOptions['folders'] {
  const secret = join(dataDir, 'shell', String(process.pid));
  makeFolder(secret);
  return { secret, work: join(dataDir, 'work', name.replaceAll('/', '--')) };
}
