// Causes: why something was written. Each write carries who acted and what made it act; the store keeps that with the
// revision, so that `why` can walk from any object back to the learner's own command.

/** What made somebody act. */
export type Cause =
  /** A change of the cluster that was seen. */
  | { readonly kind: 'revision'; readonly revision: number }
  /** A delay that ran out; what set it is in `because`. */
  | { readonly kind: 'timer'; readonly what: string; readonly because: readonly Cause[] }
  /** Something that a process did: it ended, wrote, refused a connection. */
  | { readonly kind: 'process'; readonly what: string; readonly because: readonly Cause[] }
  /** Something that came from outside: a command line, a request, a fault on the timeline. `input` is its place in the input log. */
  | { readonly kind: 'input'; readonly input: number; readonly what: string };

/** Who writes, and why. */
export interface Origin {
  /** The component, `deployment-controller`, or the program with its user, `kubectl`. */
  readonly actor: string;
  /** 16 at most; none for a root. */
  readonly causes: readonly Cause[];
}

/** More causes than this are not kept with one write. */
const CAUSES_MAX = 16;

/** Adds causes to those collected so far, without doubles, up to the bound. */
export function addCauses(known: readonly Cause[], more: readonly Cause[]): readonly Cause[] {
  if (more.length === 0) return known;
  const result = [...known];
  for (const cause of more) {
    if (result.length >= CAUSES_MAX) break;
    if (!result.some((other) => sameCause(other, cause))) result.push(cause);
  }
  return result;
}

function sameCause(a: Cause, b: Cause): boolean {
  if (a === b) return true;
  if (a.kind === 'revision') return b.kind === 'revision' && a.revision === b.revision;
  if (a.kind === 'input') return b.kind === 'input' && a.input === b.input;
  return false;
}
