// What comes from outside into a cluster: the only things, beside its seed, that decide what becomes of it. Inputs are
// plain JSON, so that a session is a list of them.

import type { TtySize } from '../../sandbox/machine/sys.ts';
import type { TimeMs } from '../../sandbox/time/units.ts';
import type { ClientInput } from '../../sandbox/wire/carrier.ts';
import { LESSON } from './checker.ts';
import type { Planned } from './deeds.ts';

/** What was put in. */
export type InputBody =
  /** A command line at a shell's prompt; several lines when it needs them. */
  | { readonly kind: 'line'; readonly shell: number; readonly line: string }
  /** Keys for what runs in the foreground of a shell; text of one char a byte (latin1). */
  | { readonly kind: 'keys'; readonly shell: number; readonly keys: string }
  | { readonly kind: 'resize'; readonly shell: number; readonly size: TtySize }
  | { readonly kind: 'shell'; readonly shell: number; readonly does: 'open' | 'close'; readonly size?: TtySize }
  /** Manifests, applied by the teacher; to the first cluster unless given. */
  | { readonly kind: 'apply'; readonly manifests: string; readonly cluster?: string }
  /** Files in the learner's home folder, by their paths in it, and paths of those that have gone. */
  | { readonly kind: 'files'; readonly files: Readonly<Record<string, string>>; readonly removed?: readonly string[] }
  /** What a client outside of the simulated world does, over a real connection. */
  | { readonly kind: 'client'; readonly client: ClientInput }
  /** After an undo that clients outside have seen the end of: revisions go on from this one, and nobody's watch is open. */
  | { readonly kind: 'restored'; readonly revision: number }
  /** What befalls the cluster from now on: the faults of a lesson. */
  | { readonly kind: 'deeds'; readonly deeds: readonly Planned[] }
  /** Nothing but time: the moment up to which the cluster had come. */
  | { readonly kind: 'end' };

/** An input with its place in the session and its virtual moment. */
export type Input = InputBody & { readonly n: number; readonly at: TimeMs };

/** A client outside has asked for more than to see something. */
export function isForeignWrite(input: InputBody): input is InputBody & { kind: 'client' } {
  return input.kind === 'client' && input.client.kind === 'request' && !['GET', 'HEAD'].includes(input.client.method);
}

/** How an input is named among causes. */
export function inputText(input: InputBody): string {
  switch (input.kind) {
    case 'line':
      return input.line;
    case 'keys':
      return 'keys';
    case 'resize':
    case 'shell':
      return `shell ${input.shell}`;
    case 'apply':
      return LESSON;
    case 'files':
      return `files: ${[...Object.keys(input.files), ...(input.removed ?? [])].join(', ')}`;
    case 'client':
      return input.client.kind === 'request' ? `${input.client.method} ${input.client.target}` : 'a client outside';
    case 'restored':
      return 'undo';
    case 'deeds':
      return LESSON;
    case 'end':
      return 'time';
  }
}
