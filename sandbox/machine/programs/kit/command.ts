// The frame of most programs: read the flags, do the work, print through buffers, end with a status. What is refused and
// what fails is said here, in the words of busybox or of the GNU tools, whichever the image holds.

import { errorText } from '../../errors.ts';
import { type Blocking, type Bytes, type PlainData, type Program, type Sys, SysError } from '../../sys.ts';
import { concat, encode } from '../../text.ts';
import { type FlagSpec, type Flags, readFlags, UsageProblem } from './flags.ts';

/** Whose program it is: busybox's applet, or the GNU (or other full-sized) tool. */
export type Flavour = 'busybox' | 'gnu';

export interface CommandSpec extends FlagSpec {
  /** What follows the name in the usage line. */
  readonly usage: string;
  /** The status of a command line that is refused; 1 unless given. */
  readonly badUsage?: number;
  /** Changes the arguments before they are read (`tar xf` for `tar -x -f`). */
  readonly rewrite?: (args: readonly string[]) => readonly string[];
  /** The least and the most arguments. */
  readonly arguments?: readonly [number, number];
  /** What GNU's tool says after a refusal, where it isn't `Try 'NAME --help' for more information.` alone. */
  readonly advice?: string;
}

export interface Context {
  readonly sys: Sys;
  readonly name: string;
  readonly flavour: Flavour;
  readonly flags: Flags;
  readonly args: readonly string[];
  /** What this program saved, in a copy of it. */
  readonly saved: PlainData | undefined;
  /** Buffered; flushed before anything waits that goes through `input.ts`, and at the end. */
  readonly print: (data: string | Bytes) => void;
  /** `name: message` on standard error. */
  readonly complain: (message: string) => void;
  readonly warn: (text: string) => void;
  /** Writes what is buffered, if it is much (or `all`). */
  readonly flush: (all?: boolean) => Blocking<void>;
  /** The status to end with; the worst that was noted. */
  status: number;
}

/** Buffers beyond this are written. */
const BUFFER = 16_384;

export type Body = (context: Context) => Blocking<number | undefined>;

/** Makes a program of either flavour. */
export function command(spec: CommandSpec, body: Body): (flavour: Flavour) => Program {
  return (flavour) =>
    function* run(sys, saved) {
      const name = (sys.argv[0] ?? '').replace(/^.*\//, '');
      const flags = yield* flagsOr(sys, name, flavour, spec);
      if (typeof flags === 'number') return flags;
      const context = newContext(sys, name, flavour, flags, saved);
      return yield* finish(context, body, spec);
    };
}

function* flagsOr(sys: Sys, name: string, flavour: Flavour, spec: CommandSpec): Blocking<Flags | number> {
  try {
    const [least = 0, most = Number.POSITIVE_INFINITY] = spec.arguments ?? [];
    const help = sys.argv[1] === '--help';
    if (help) {
      yield* sys.write(flavour === 'gnu' ? 1 : 2, usageText(name, flavour, spec));
      return 0;
    }
    const args = sys.argv.slice(1);
    const flags = readFlags(spec, spec.rewrite?.(args) ?? args, flavour === 'gnu');
    if (flags.rest.length < least) throw new UsageProblem(flavour === 'gnu' ? missing(flags, least) : '');
    if (flags.rest.length > most)
      throw new UsageProblem(flavour === 'gnu' ? `extra operand '${flags.rest[most]}'` : '');
    return flags;
  } catch (error) {
    if (!(error instanceof UsageProblem)) throw error;
    yield* sys.write(2, refusal(name, flavour, spec, error));
    return spec.badUsage ?? 1;
  }
}

function missing(flags: Flags, least: number): string {
  const last = flags.rest.at(-1);
  return last === undefined || least === 1 ? 'missing operand' : `missing operand after '${last}'`;
}

function usageText(name: string, flavour: Flavour, spec: CommandSpec): string {
  if (flavour === 'gnu') return `Usage: ${name} ${spec.usage}\n`;
  return `BusyBox v1.36.1 (2024-05-17 12:00:00 UTC) multi-call binary.\n\nUsage: ${name} ${spec.usage}\n`;
}

/** What is printed when a command line is refused. */
function refusal(name: string, flavour: Flavour, spec: CommandSpec, problem: UsageProblem): string {
  const line = problem.message === '' ? '' : `${name}: ${problem.message}\n`;
  if (!problem.usage) return line;
  return line + (flavour === 'gnu' ? advice(name, spec) : usageText(name, flavour, spec));
}

function advice(name: string, spec: CommandSpec): string {
  return spec.advice ?? `Try '${name} --help' for more information.\n`;
}

function newContext(sys: Sys, name: string, flavour: Flavour, flags: Flags, saved: PlainData | undefined): Context {
  let out: Bytes[] = [];
  let size = 0;
  let text = '';
  let err = '';
  const settle = (): void => {
    if (text === '') return;
    const bytes = encode(text);
    out.push(bytes);
    size += bytes.length;
    text = '';
  };
  return {
    sys,
    name,
    flavour,
    flags,
    args: flags.rest,
    saved,
    print: (data) => {
      if (typeof data === 'string') {
        text += data;
        return;
      }
      settle();
      out.push(data);
      size += data.length;
    },
    complain: (message) => {
      err += `${name}: ${message}\n`;
    },
    warn: (words) => {
      err += words;
    },
    *flush(all = true) {
      if (err !== '') {
        const words = err;
        err = '';
        yield* sys.write(2, encode(words));
      }
      if (!all && text.length + size < BUFFER) return;
      settle();
      if (size === 0) return;
      const whole = concat(out);
      out = [];
      size = 0;
      yield* sys.write(1, whole);
    },
    status: 0,
  };
}

function* finish(context: Context, body: Body, spec: CommandSpec): Blocking<number> {
  const { sys, name, flavour } = context;
  try {
    const status = yield* body(context);
    yield* context.flush();
    return status ?? context.status;
  } catch (error) {
    if (error instanceof UsageProblem) {
      yield* sys.write(2, refusal(name, flavour, spec, error));
      return spec.badUsage ?? 1;
    }
    if (!(error instanceof SysError)) throw error;
    if (error.code === 'EPIPE') return 1;
    const where = error.code === 'ENOSPC' || error.code === 'EFBIG' || error.code === 'EIO' ? 'write error: ' : '';
    context.complain(`${where}${errorText(error.code)}`);
    return yield* lastWords(context);
  }
}

/** Says what is left to be said, as far as anybody listens. */
function* lastWords(context: Context): Blocking<number> {
  try {
    yield* context.flush();
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
  }
  return context.status === 0 ? 1 : context.status;
}
