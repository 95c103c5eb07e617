// The screen: how long after a key its letter is written to the terminal, with the map open and 200 pods in the cluster; and
// what a session costs that nobody touches.

import { EPOCH, seconds } from '../../sandbox/time/units.ts';
import { createSession, type Session } from '../../src/session/session.ts';
import { USUAL_BINDINGS } from '../../src/tui/bindings.ts';
import { ROUND } from '../../src/tui/glyphs.ts';
import { picture } from '../../src/tui/picture.ts';
import { openScreen, type Screen } from '../../src/tui/screen.tsx';
import { openWork, type Work } from '../../src/tui/work/work.ts';
import { type BenchEntry, type Figure, median, percentile } from './entry.ts';

export const screen: readonly BenchEntry[] = [{ name: 'keystroke', run: keystrokes }];

const PODS = 200;
const KEYS = 200;
/** After the keys, Node compiles and clears up for a while; a minute after the last one the cluster stands still. */
const REST_MS = 10_000;
const IDLE_MS = 30_000;

async function keystrokes(): Promise<Figure[]> {
  const session = busySession();
  const desk = openDesk(session);
  await pause(1500);
  const times: number[] = [];
  for (let i = 0; i < KEYS; i++) {
    const letter = 'abcdefghij'[i % 10] ?? 'a';
    if (i % 50 === 49) desk.work.press({ kind: 'key', name: 'C-u', raw: '\x15' });
    await pause(30);
    const began = performance.now();
    const drawn = desk.written();
    desk.work.press({ kind: 'text', text: letter, raw: letter });
    await drawn;
    times.push(performance.now() - began);
  }
  await pause(REST_MS);
  const before = process.cpuUsage();
  await pause(IDLE_MS);
  const { user, system } = process.cpuUsage(before);
  desk.close();
  return [
    { name: 'keystroke drawn, median', value: median(times), unit: 'ms', limit: 16, note: `${PODS} pods, 140x45` },
    { name: 'keystroke drawn, p99', value: percentile(times, 0.99), unit: 'ms', limit: 50 },
    {
      name: 'idle session',
      value: (user + system) / 10 / IDLE_MS,
      unit: '%',
      limit: 1,
      note: `of a core, ${PODS} pods, for ${IDLE_MS / 1000} s`,
    },
    { name: 'memory with the screen', value: process.memoryUsage().rss / 2 ** 20, unit: 'MiB' },
  ];
}

function busySession(): Session {
  const session = createSession({ version: '0', seed: 1, startTime: EPOCH });
  session.enter({ kind: 'shell', shell: 1, does: 'open' });
  session.advance(seconds(2));
  const deployments = PODS / 50;
  for (let i = 0; i < deployments; i++) {
    const line = `kubectl create deployment web-${i} --image=learn/hello:1.0 --replicas=50`;
    session.enter({ kind: 'line', shell: 1, line });
    session.advance(seconds(5));
  }
  session.advance(seconds(60));
  return session;
}

interface BenchDesk {
  readonly work: Work;
  /** Resolves when something is next written to the terminal. */
  written(): Promise<void>;
  close(): void;
}

function openDesk(session: Session): BenchDesk {
  const size = { columns: 140, rows: 45 };
  let heard: (() => void) | undefined;
  let drawing = false;
  const terminal: Screen = openScreen({
    write: () => heard?.(),
    size: () => size,
    colors: true,
  });
  const work = openWork({
    session,
    surface: () => ({ size, lang: 'en', glyphs: ROUND, bindings: USUAL_BINDINGS }),
    changed() {
      if (drawing) return;
      drawing = true;
      setImmediate(() => {
        drawing = false;
        terminal.draw(picture(work.model()));
      });
    },
    leave() {},
    mouse() {},
    copy() {},
    language() {},
  });
  return {
    work,
    written: () =>
      new Promise((resolve) => {
        heard = () => {
          heard = undefined;
          resolve();
        };
      }),
    close() {
      work.close();
      terminal.close();
    },
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
