// The table that `curl` shows of a transfer, on standard error, where nobody's screen gets the answer itself.

import type { Context } from '../kit/command.ts';
import type { Transfer } from './curltransfer.ts';

const HEAD = `  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current
                                 Dload  Upload   Total   Spent    Left  Speed
`;

/** Whether there is a table: the answer goes to a file or a pipe, and nobody wants it quiet. */
export function showsProgress({ flags, sys }: Context, output: string | undefined): boolean {
  if (flags.has('s') || flags.has('no-progress-meter') || flags.has('#')) return false;
  return output === undefined || output === '-' ? !sys.isatty(1) : true;
}

/** The table's head, and its row before anything has come. */
export function progressBegins(): string {
  return `${HEAD}${row({ total: 0, expected: 0, size: 0, uploaded: 0, elapsed: 0 })}`;
}

/** The last row of a transfer. */
export function progressEnds({ expected, size, uploaded, began, status }: Transfer, now: number): string {
  const started = status !== 0;
  const up = started ? uploaded : 0;
  const total = (expected ?? size) + up;
  return `${row({ total, expected, size, uploaded: up, elapsed: started ? Math.max(1, now - began) : 0 })}\n`;
}

interface Progress {
  readonly total: number;
  /** Bytes that the answer has by its own word. */
  readonly expected: number | undefined;
  readonly size: number;
  readonly uploaded: number;
  /** Milliseconds. */
  readonly elapsed: number;
}

function row({ total, expected, size, uploaded, elapsed }: Progress): string {
  const part = (have: number, of: number | undefined): string =>
    String(of === undefined || of === 0 ? 0 : Math.floor((have * 100) / of)).padStart(3);
  const speed = (bytes: number): number => (elapsed === 0 ? 0 : Math.floor((bytes * 1000) / elapsed));
  const taken = clock(Math.floor(elapsed / 1000));
  const cells = [
    `\r${part(size + uploaded, total)} ${amount(total)}`,
    `${part(size, expected)} ${amount(size)}`,
    `${part(uploaded, uploaded)} ${amount(uploaded)}`,
    amount(speed(size)),
    `${amount(speed(uploaded))} ${taken} ${taken} ${clock(0)} ${amount(speed(size + uploaded))}`,
  ];
  return cells.join('  ');
}

const UNITS = ['k', 'M', 'G', 'T'];

/** Five characters: `12345`, ` 131k`, `2929k`, `12.3M`. */
function amount(bytes: number): string {
  if (bytes < 100_000) return String(bytes).padStart(5);
  let [value, unit] = [bytes / 1024, 0];
  for (; value >= 10_000 && unit < UNITS.length - 1; unit++) value /= 1024;
  const text = value < 100 && unit > 0 ? (Math.floor(value * 10) / 10).toFixed(1) : String(Math.floor(value));
  return `${text.padStart(4)}${UNITS[unit]}`;
}

function clock(seconds: number): string {
  if (seconds <= 0) return '--:--:--';
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${String(Math.floor(seconds / 3600)).padStart(2)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
