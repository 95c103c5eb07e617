import { describe, expect, it } from 'vitest';
import { durationMs, EPOCH } from '../../../sandbox/time/units.ts';
import { readHomeFile } from '../../../src/session/home.ts';
import { createSession, type Session } from '../../../src/session/session.ts';
import { newPane } from '../../../src/tui/pane.ts';
import { plain } from '../../../src/tui/text.ts';

/** A session with a shell whose output is seen on a terminal. */
function workstation(): {
  session: Session;
  type: (keys: string) => void;
  run: (line: string) => void;
  screen: () => Promise<string[]>;
} {
  const session = createSession({ version: '0', seed: 1, startTime: EPOCH });
  const pane = newPane(60, 10);
  session.onOutput((_, bytes) => pane.write(bytes));
  session.enter({ kind: 'shell', shell: 1, does: 'open', size: { columns: 60, rows: 10 } });
  session.advance(durationMs(100));
  const after = (): void => session.advance(durationMs(500));
  return {
    session,
    type(keys) {
      session.enter({ kind: 'keys', shell: 1, keys: Buffer.from(keys).toString('latin1') });
      after();
    },
    run(line) {
      session.enter({ kind: 'line', shell: 1, line });
      after();
    },
    screen: () =>
      new Promise((resolve) => {
        pane.write('', () => resolve(pane.view(0).map((row) => plain(row).trimEnd())));
      }),
  };
}

describe('vi on the workstation', () => {
  it('writes a manifest that a learner types', async () => {
    const { session, type, run, screen } = workstation();
    run('vi pod.yaml');
    expect((await screen())[9]).toMatch(/^"pod.yaml" \[New\]/);
    type('ispec:\r\tコンテナ: 1\r');
    type('x: 2\x1b');
    expect((await screen()).slice(0, 4)).toEqual(['spec:', '  コンテナ: 1', '  x: 2', '~']);
    type(':wq\r');
    expect(readHomeFile(session.cluster(), 'pod.yaml')).toBe('spec:\n  コンテナ: 1\n  x: 2\n');
    expect(session.shells().get(1)?.marks.atPrompt).toBe(true);
    expect(session.shells().get(1)?.marks.lastStatus).toBe(0);
  });

  it('says where a manifest is wrong when it is saved, and saves it all the same', async () => {
    const { session, type, run, screen } = workstation();
    run('vi pod.yaml');
    type('iapiVersion: v1\rkind: Pod\rspec:\r\thost: x\x1b');
    type(':w\r');
    expect((await screen())[9]).toMatch(/written {2}4:3 unknown field/);
    expect(readHomeFile(session.cluster(), 'pod.yaml')).toContain('host: x');
    type('A y\x1b:wq\r');
    expect(await screen()).toContain('pod.yaml:4:3 unknown field "spec.host"');
    expect(session.shells().get(1)?.marks.lastStatus).toBe(0);
  });

  it('goes on in a copy of the cluster where it was', () => {
    const { session, type, run } = workstation();
    run('vi a');
    type('ihello');
    type('\x1bd');
    const before = session.inputs().length;
    run('true');
    session.undo();
    expect(session.inputs().length).toBe(before);
    type('d');
    type('ix\x1b:x\r');
    expect(readHomeFile(session.cluster(), 'a')).toBe('x\n');
  });

  it('hears that the terminal has another size', async () => {
    const { session, run, screen } = workstation();
    run('vi a');
    session.enter({ kind: 'resize', shell: 1, size: { columns: 60, rows: 6 } });
    session.advance(durationMs(100));
    expect((await screen())[5]).toMatch(/ 1,1 +All/);
  });

  it('runs a command of the shell and comes back', async () => {
    const { type, run, screen } = workstation();
    run('vi a');
    type(':!echo seen\r');
    expect((await screen()).join('\n')).toMatch(/seen\n+Press ENTER/);
    type('\r');
    expect((await screen())[1]).toBe('~');
  });
});

describe('less on the workstation', () => {
  it('scrolls and searches what is piped into it', async () => {
    const { type, run, screen, session } = workstation();
    run('seq 100 | less');
    expect((await screen())[0]).toBe('1');
    type(' ');
    expect((await screen())[0]).toBe('10');
    type('/77\r');
    expect((await screen())[0]).toBe('77');
    type('G');
    expect((await screen())[8]).toBe('100');
    expect((await screen())[9]).toBe('(END)');
    type('q');
    expect(session.shells().get(1)?.marks.atPrompt).toBe(true);
  });
});
