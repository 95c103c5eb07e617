// The built program in a real pseudo-terminal, and a terminal that shows what it draws.

import headless from '@xterm/headless';

type Pty = typeof import('@lydell/node-pty');

export interface Player {
  /** Rows as they are on the screen. */
  rows(): string[];
  text(): string;
  /** Types, as fast as a hand that hits Enter last. */
  type(keys: string): Promise<void>;
  /** Types a line and Enter. */
  line(text: string): Promise<void>;
  /** Waits until the screen shows this; throws what it shows instead. */
  until(what: RegExp | string, seconds?: number): Promise<void>;
  /** Whether the cursor stands at an empty prompt. */
  atPrompt(): boolean;
  /** Waits until the cursor stands at an empty prompt. */
  prompt(seconds?: number): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  kill(signal: string): void;
  /** Ends it, and waits until it is gone. */
  end(): Promise<void>;
  /** Bytes that the program wrote. */
  written(): string;
  /** Whether the program has left the alternate screen. */
  isHome(): boolean;
  readonly exit: Promise<{ readonly exitCode: number; readonly signal?: number | undefined }>;
}

export interface PlayOptions {
  readonly columns: number;
  readonly rows: number;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const PAUSE_MS = 20;

export function play(pty: Pty, { columns, rows, args, env = {} }: PlayOptions): Player {
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true });
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !['NO_COLOR', 'CI', 'COLUMNS', 'LINES'].includes(name)),
  );
  const process_ = pty.spawn(process.execPath, ['bin/k8s-learn.cjs', ...args], {
    cols: columns,
    rows,
    cwd: process.cwd(),
    env: { ...inherited, TERM: 'xterm-256color', ...env } as Record<string, string>,
  });
  let written = '';
  process_.onData((data) => {
    written += data;
    terminal.write(data);
  });
  terminal.onData((answer) => process_.write(answer));
  const exit = new Promise<{ exitCode: number; signal?: number | undefined }>((resolve) => process_.onExit(resolve));
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  const player: Player = {
    rows() {
      const { active } = terminal.buffer;
      return Array.from(
        { length: terminal.rows },
        (_, i) => active.getLine(active.baseY + i)?.translateToString(true) ?? '',
      );
    },
    text: () => player.rows().join('\n'),
    async type(keys) {
      process_.write(keys);
      await sleep(PAUSE_MS);
    },
    async line(text) {
      await player.type(text);
      // What is drawn late must not look like the next empty prompt.
      for (const end = Date.now() + 5000; player.atPrompt() && Date.now() < end; ) await sleep(PAUSE_MS);
      await player.type('\r');
    },
    async until(what, seconds = 20) {
      const fits = (): boolean => (typeof what === 'string' ? player.text().includes(what) : what.test(player.text()));
      for (const end = Date.now() + seconds * 1000; !fits(); await sleep(PAUSE_MS)) {
        if (Date.now() > end) throw new Error(`not on the screen: ${String(what)}\n${player.text()}`);
      }
    },
    atPrompt: () => player.rows()[terminal.buffer.active.cursorY]?.trimEnd() === '~ $',
    async prompt(seconds = 20) {
      for (const end = Date.now() + seconds * 1000; !player.atPrompt(); await sleep(PAUSE_MS)) {
        if (Date.now() > end) throw new Error(`no prompt\n${player.text()}`);
      }
    },
    async resize(wide, high) {
      terminal.resize(wide, high);
      process_.resize(wide, high);
      await sleep(10 * PAUSE_MS);
    },
    kill: (signal) => process_.kill(signal),
    async end() {
      process_.kill('SIGKILL');
      await exit;
    },
    written: () => written,
    isHome: () => terminal.buffer.active.type === 'normal',
    exit,
  };
  return player;
}
