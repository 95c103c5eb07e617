// All that a running shell has to remember, as plain data: what its variables hold, and a stack of frames that says where
// in the tree it is. A frame's handler (in `run/`) looks at the frame alone, so a copy of this state goes on by itself.

import type { ErrnoCode, Fd, OpenFlags, SignalName, SpawnOptions, WaitStatus } from '../sys.ts';
import type { FlavourName } from './flavour.ts';
import type { Place } from './parse.ts';
import type { Node, SimpleCommand } from './syntax.ts';

/** Replaced as a whole when it changes, but for `items`. */
export interface Variable {
  /** Undefined: declared without a value. */
  readonly value: string | undefined;
  readonly exported: boolean;
  readonly readonly: boolean;
  readonly integer?: boolean;
  readonly letters?: 'upper' | 'lower';
  /** An indexed (numbers) or associative (strings) array, in order. */
  readonly items?: Map<number, string> | Map<string, string>;
  readonly associative?: boolean;
  /** `declare -n`: another name for this variable. */
  readonly reference?: string;
}

export interface Job {
  readonly number: number;
  /** The process group, 0 without job control. */
  readonly group: number;
  readonly pids: number[];
  readonly text: string;
  /** By pid, once it ended. */
  readonly ended: Map<number, number>;
  state: 'running' | 'stopped' | 'done';
  /** The state was told to the user already. */
  told: boolean;
  /** What killed one of its processes. */
  signal: SignalName | undefined;
}

/** Something that the shell waits for; its answer comes back to the top frame. */
export type Request =
  | { readonly call: 'spend'; readonly steps: number }
  | { readonly call: 'write'; readonly fd: Fd; readonly text: string }
  | { readonly call: 'read'; readonly fd: Fd; readonly limit: number; readonly through?: number }
  | { readonly call: 'poll'; readonly fd: Fd; readonly milliseconds: number }
  | { readonly call: 'open'; readonly path: string; readonly flags: OpenFlags }
  | { readonly call: 'connect'; readonly host: string; readonly port: number }
  | { readonly call: 'wait'; readonly pid?: number; readonly noHang?: boolean; readonly stopped?: boolean }
  | { readonly call: 'sleep'; readonly milliseconds: number }
  | { readonly call: 'exec'; readonly argv: readonly string[]; readonly options: SpawnOptions };

export type Answer =
  | { readonly ok: true; readonly value: Uint8Array | number | WaitStatus | readonly Fd[] | undefined }
  | { readonly ok: false; readonly code: ErrnoCode };

/** What an expansion found out that must not be done twice when it starts again; see `expand/journal.ts`. */
export type Journal = unknown[];

/** Entries of the descriptor table as they were before, in the order in which they were changed. */
export type SavedFds = [number, Fd | undefined][];

/** A frame that expands something; see `expand/journal.ts`. */
interface Expanding {
  journal: Journal;
}

/** A frame that applies redirections one after the other. */
export interface Redirecting extends Expanding {
  next: number;
  /** Descriptors to put back when the command is over. */
  saved: SavedFds;
  /** The redirection whose file is being opened (or whose text is being written). */
  opening?: { readonly target: string; readonly pipe?: { readonly read: Fd; readonly write: Fd } } | undefined;
}

type NodeOf<T extends Node['t']> = Extract<Node, { t: T }>;

export interface SimpleFrame extends Redirecting {
  readonly f: 'simple';
  readonly node: SimpleCommand;
  stage: 'words' | 'redirect' | 'assign' | 'run' | 'after';
  readonly fields: string[];
  /** Assignments before a command, evaluated. */
  readonly values: [string, string][];
  /** Variables to put back when the command is over. */
  restore: [string, Variable | undefined][] | undefined;
  /** Whether a command was substituted: its status stands when there is no command. */
  substituted: boolean;
}

export interface RedirectedFrame extends Redirecting {
  readonly f: 'redirected';
  readonly node: NodeOf<'redirected'>;
  began: boolean;
}

/** Reads commands from a text: the script, `eval`, a sourced file, a trap. */
export interface TextFrame {
  readonly f: 'text';
  readonly kind: 'main' | 'eval' | 'source' | 'trap';
  place: Place;
  readonly name?: string;
  /** `$?` as it was before a trap. */
  readonly status?: number;
  readonly positional?: readonly string[] | undefined;
  /** A syntax error was found: nothing more of it runs. */
  failed: boolean;
}

/** Reads commands from a descriptor, line by line. */
export interface LinesFrame {
  readonly f: 'lines';
  readonly fd: Fd;
  /** What was read of a command that isn't complete yet. */
  typed: string;
  /** Of a here-document that isn't over: no other line ends it. */
  awaits?: string;
  line: number;
  stage: 'next' | 'prompted' | 'read';
}

export interface WhileFrame {
  readonly f: 'while';
  readonly node: NodeOf<'while'>;
  stage: 'begin' | 'test' | 'body';
  tested: boolean;
  status: number;
}

export interface ForFrame extends Expanding {
  readonly f: 'for';
  readonly node: NodeOf<'for' | 'select'>;
  readonly values: string[];
  /** Words expanded so far; then values used so far. */
  next: number;
  ready: boolean;
  status: number;
}

export interface SelectFrame extends Expanding {
  readonly f: 'select';
  readonly node: NodeOf<'for' | 'select'>;
  readonly values: string[];
  next: number;
  stage: 'words' | 'menu' | 'prompt' | 'reply' | 'body';
  status: number;
}

export interface CforFrame extends Expanding {
  readonly f: 'cfor';
  readonly node: NodeOf<'cfor'>;
  stage: 'init' | 'test' | 'step' | 'body';
  status: number;
}

export interface CaseFrame extends Expanding {
  readonly f: 'case';
  readonly node: NodeOf<'case'>;
  subject: string | undefined;
  /** The arm to look at next; the one that runs is the one before. */
  next: number;
  stage: 'subject' | 'match' | 'body';
}

export interface FunctionFrame {
  readonly f: 'function';
  readonly name: string;
  readonly body: Node;
  readonly positional: readonly string[];
  /** Variables that `local` hid. */
  readonly saved: Map<string, Variable | undefined>;
  began: boolean;
}

/** Waits for processes in the foreground. */
export interface AwaitFrame {
  readonly f: 'await';
  readonly pids: readonly number[];
  /** Their process group, under job control. */
  readonly group: number | undefined;
  readonly text: string;
  readonly line: number;
  readonly pipeline: boolean;
  readonly statuses: number[];
  stopped: boolean;
}

/** Runs a command for its output, which goes to the journal of the frame below. */
export interface SubstituteFrame {
  readonly f: 'substitute';
  readonly body: Node;
  pid: number;
  fd: Fd;
  readonly chunks: Uint8Array[];
  stage: 'begin' | 'read' | 'wait';
}

export interface ReadFrame {
  readonly f: 'read';
  readonly plan: ReadPlan;
  readonly chunks: Uint8Array[];
  stage: 'begin' | 'poll' | 'read';
}

export interface WaitFrame {
  readonly f: 'wait';
  /** Those still to wait for; none: all children. */
  readonly pids: number[];
  readonly mode: 'all' | 'listed' | 'any';
  status: number;
}

/** Reads all lines into an array: `mapfile`. */
export interface LinesIntoFrame {
  readonly f: 'lines-into';
  readonly fd: Fd;
  readonly array: string;
  readonly delimiter: string;
  readonly trims: boolean;
  readonly skip: number;
  readonly most: number;
  readonly chunks: Uint8Array[];
  asked: boolean;
}

/** Loads a file to run its commands. */
export interface LoadFrame {
  readonly f: 'load';
  readonly path: string;
  readonly name: string;
  readonly positional?: readonly string[] | undefined;
  readonly kind: 'main' | 'source';
  fd: Fd;
  readonly chunks: Uint8Array[];
  stage: 'open' | 'opening' | 'read';
}

export type Frame =
  | TextFrame
  | LinesFrame
  | LoadFrame
  | SimpleFrame
  | RedirectedFrame
  | { readonly f: 'list'; readonly items: readonly Node[]; next: number }
  | { readonly f: 'choose'; readonly node: NodeOf<'and' | 'or'>; tested: boolean }
  | { readonly f: 'not'; readonly node: NodeOf<'not'>; tested: boolean }
  | { readonly f: 'if'; readonly node: NodeOf<'if'>; next: number; tested: boolean }
  | WhileFrame
  | ForFrame
  | SelectFrame
  | CforFrame
  | CaseFrame
  | ({ readonly f: 'test'; readonly node: NodeOf<'condition'> } & Expanding)
  | ({ readonly f: 'calculate'; readonly node: NodeOf<'arithmetic'> } & Expanding)
  | { readonly f: 'time'; readonly node: NodeOf<'time'>; began: number | undefined; cpu: readonly [number, number] }
  | { readonly f: 'launch'; readonly node: NodeOf<'subshell' | 'pipeline' | 'background' | 'function'> }
  | FunctionFrame
  | AwaitFrame
  | SubstituteFrame
  | ReadFrame
  | LinesIntoFrame
  | WaitFrame
  | { readonly f: 'sleep'; readonly milliseconds: number; asked: boolean }
  | {
      readonly f: 'exec';
      readonly argv: readonly string[];
      readonly options: SpawnOptions;
      readonly script: string;
      asked: boolean;
    };

/** What the builtin `read` was asked for. */
export interface ReadPlan {
  readonly names: readonly string[];
  readonly array?: string;
  readonly raw: boolean;
  readonly fd: Fd;
  readonly milliseconds?: number;
  /** Stops after so many characters. */
  readonly count?: number;
  readonly exact: boolean;
  readonly silent: boolean;
  readonly delimiter: string;
  /** When the time is up. */
  readonly until?: number;
}

export interface ShellState {
  readonly flavour: FlavourName;
  /** `$0` */
  name: string;
  /** How the script is called in messages: `sh`, `bash`, a file. */
  readonly calledAs: string;
  readonly interactive: boolean;
  /** Command text came by `-c`. */
  readonly fromString: boolean;
  readonly options: Set<string>;
  readonly variables: Map<string, Variable>;
  positional: readonly string[];
  readonly functions: Map<string, Extract<Node, { t: 'function' }>>;
  readonly aliases: Map<string, string>;
  readonly frames: Frame[];
  status: number;
  statuses: readonly number[];
  /** `$$`: the first shell's, in subshells too. */
  readonly pid: number;
  readonly subshell: number;
  lastBackground: number | undefined;
  lastArgument: string;
  /** Descriptors as the script numbers them → as the machine does. */
  readonly fds: Map<number, Fd>;
  readonly jobs: Job[];
  /** By name (`EXIT`, `TERM`, `ERR`): '' ignores. */
  readonly traps: Map<string, string>;
  readonly pending: SignalName[];
  request: Request | undefined;
  answer: Answer | undefined;
  /** Steps not yet paid for. */
  steps: number;
  /** How many frames evaluate something whose failure is only looked at. */
  tested: number;
  line: number;
  readonly getopts: { index: number; offset: number };
  seconds: number;
  random: number;
  readonly hash: Map<string, string>;
  /** What builtins printed and hasn't been written yet. */
  readonly output: { fd: Fd; text: string }[];
  /** The output that is being written comes from this builtin (or ''). */
  writing: string | undefined;
  /** The status of the last command that was substituted. */
  substitution: number;
  /** `set -e` met a failure: the shell ends once its traps have run. */
  failing: number | undefined;
  /** The EXIT trap has had its turn. */
  ended: boolean;
  /** False in a subshell that hasn't run yet. */
  begun: boolean;
  /** Command lines of a session, for `history`. */
  readonly history: string[];
}
