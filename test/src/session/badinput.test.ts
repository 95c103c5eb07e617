// Bad input at the learner's prompt: narrow terminals, long pastes, files that are no manifests. Whatever comes, a
// message and an exit status are told, the shell lives on, and the terminal is left clean.

import headless from '@xterm/headless';
import { expect, test } from 'vitest';
import { durationMs, EPOCH } from '../../../sandbox/time/units.ts';
import { createSession } from '../../../src/session/session.ts';

interface Played {
  /** Types a line, and waits until it is done. */
  type(line: string): Promise<void>;
  /** What has been shown since the line before. */
  shown(): string;
  /** Rows of the terminal. */
  rows(): readonly string[];
  /** Whether the shell waits for a line, and how the last one ended. */
  prompt(): { readonly isThere: boolean; readonly status: number };
  keys(keys: string): Promise<void>;
  isAtHome(): boolean;
}

const LONGEST_MS = 20_000;

function played(columns: number, rows: number): Played {
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 100 });
  const session = createSession({ version: '0.0.0', seed: 7, startTime: EPOCH }, () => {});
  let text = '';
  session.onOutput((_, bytes) => {
    text += Buffer.from(bytes).toString('utf8');
    terminal.write(bytes);
  });
  session.enter({ kind: 'shell', shell: 1, does: 'open' });
  session.enter({ kind: 'resize', shell: 1, size: { columns, rows } });
  session.advance(durationMs(1000));
  const settle = async (): Promise<void> => {
    session.advance(durationMs(LONGEST_MS));
    await new Promise<void>((resolve) => terminal.write('', resolve));
  };
  return {
    async type(line) {
      text = '';
      session.enter({ kind: 'line', shell: 1, line });
      await settle();
    },
    async keys(keys) {
      session.enter({ kind: 'keys', shell: 1, keys });
      await settle();
    },
    prompt() {
      const { atPrompt = false, lastStatus = 0 } = session.shells().get(1)?.marks ?? {};
      return { isThere: atPrompt, status: lastStatus };
    },
    shown: () => text,
    rows: () =>
      Array.from(
        { length: rows },
        (_, i) => terminal.buffer.active.getLine(terminal.buffer.active.viewportY + i)?.translateToString(true) ?? '',
      ),
    isAtHome: () => terminal.buffer.active.type === 'normal',
  };
}

const READY = { isThere: true, status: 0 };

test('a terminal of 20 columns shows tables, messages, a pager and an editor, and is clean after each', async () => {
  const { type, keys, shown, rows, prompt, isAtHome } = played(20, 8);
  await type('kubectl get nodes');
  expect([rows().length, rows().every((row) => row.length <= 20), prompt()]).toEqual([8, true, READY]);
  await type('kubectl get nope');
  expect(shown()).toBe('error: the server doesn\'t have a resource type "nope"\r\n');
  expect(prompt()).toEqual({ isThere: true, status: 1 });
  await type('kubectl get pods --nope');
  expect(shown()).toBe("error: unknown flag: --nope\r\nSee 'kubectl get --help' for usage.\r\n");
  await type('kubectl create configmap a; kubectl edit configmap a');
  expect([isAtHome(), prompt().isThere]).toEqual([false, false]);
  await keys(':q!\r');
  expect([isAtHome(), prompt()]).toEqual([true, READY]);
  await type('kubectl get pods -A | less');
  expect(prompt().isThere).toBe(false);
  await keys('q');
  expect([isAtHome(), prompt()]).toEqual([true, READY]);
});

test('10,000 lines that are pasted at the prompt are run one after the other', async () => {
  const { type, shown, prompt } = played(80, 24);
  await type(Array.from({ length: 10_000 }, (_, i) => `echo line ${i + 1}`).join('\n'));
  const lines = shown().trimEnd().split('\r\n');
  expect([lines.length, lines[0], lines.at(-1), prompt()]).toEqual([10_000, 'line 1', 'line 10000', READY]);
});

test('10,000 lines that are pasted into a here-document come whole to kubectl', async () => {
  const { type, shown, prompt } = played(80, 24);
  const data = Array.from({ length: 10_000 }, (_, i) => `    line ${i + 1}`).join('\n');
  const manifest = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: long}\ndata:\n  text: |\n${data}`;
  await type(`kubectl apply -f - <<'END'\n${manifest}\nEND`);
  expect([shown(), prompt()]).toEqual(['configmap/long created\r\n', READY]);
  await type("kubectl get configmap long -o jsonpath='{.data.text}' | wc -l");
  expect(shown().trim()).toBe('10000');
});

test.each([
  ['nothing', ': | kubectl apply -f -', 'error: no objects passed to apply'],
  [
    'a picture',
    "printf '\\x89PNG\\r\\n\\x1a\\n' | kubectl apply -f -",
    'error: error parsing STDIN: error converting YAML to JSON: yaml: control characters are not allowed',
  ],
  [
    'three million zeroes',
    'head -c 3000000 /dev/zero | kubectl apply -f -',
    'error: error parsing STDIN: error converting YAML to JSON: yaml: control characters are not allowed',
  ],
  [
    'a file beyond what an object may hold',
    "head -c 1100000 /dev/zero | tr '\\0' a > big; kubectl create configmap big --from-file=big",
    'error: failed to create configmap: ConfigMap "big" is invalid: []: Too long: may not be more than 1048576 bytes',
  ],
  [
    'a file beyond what the server reads',
    "head -c 4000000 /dev/zero | tr '\\0' a > big; kubectl create configmap big --from-file=big",
    'error: failed to create configmap: Request entity too large: limit is 3145728',
  ],
  [
    'a picture for a kubeconfig',
    "printf '\\x89PNG\\r\\n' > kc; kubectl get pods --kubeconfig=kc",
    'error: error loading config file "kc": yaml: invalid leading UTF-8 octet',
  ],
  [
    'no permission',
    'kubectl get secrets --as=nobody',
    'Error from server (Forbidden): secrets is forbidden: User "nobody"',
  ],
])('%s ends with a message and 1, and the shell lives on', async (_, line, message) => {
  const { type, shown, prompt } = played(200, 24);
  await type(line);
  expect([shown().startsWith(message) ? message : shown(), prompt()]).toEqual([message, { isThere: true, status: 1 }]);
  await type('echo here');
  expect([shown(), prompt()]).toEqual(['here\r\n', READY]);
});

test('here-documents at the prompt end with their own lines: two of them, one without tabs, one within a loop', async () => {
  const { type, shown, prompt } = played(80, 24);
  await type("cat <<A - <<-'B'\none\nB\nA\n\ttwo $HOME\n\tB");
  expect([shown(), prompt()]).toEqual(['two $HOME\r\n', READY]);
  await type('for i in 1 2; do\ncat <<A\nA $i\n  A\nA\ndone; if true; then cat <<B\nin\nB\nfi');
  expect([shown(), prompt()]).toEqual(['A 1\r\n  A\r\nA 2\r\n  A\r\nin\r\n', READY]);
});
