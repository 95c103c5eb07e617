// The marks that an interactive shell puts into its output (OSC 133, as terminals know them, and OSC 7 for the working
// folder). They tell the host when the shell waits at its prompt, and are taken out of what is shown.

/** What the marks have told so far: plain data, for it is copied with the cluster's state. */
export interface MarksState {
  /** The beginning of a mark whose end hasn't come. */
  held: string;
  /** The prompt is being written. */
  inPrompt: boolean;
  atPrompt: boolean;
  /** The prompt as it was last written. */
  prompt: string;
  lastStatus: number | undefined;
  cwd: string;
}

export function newMarksState(): MarksState {
  return { held: '', inPrompt: false, atPrompt: false, prompt: '', lastStatus: undefined, cwd: '' };
}

/** What the shell is given as its prompts. A prompt begins at A and ends at B; D tells how the last command ended. */
export const PS1 = '\\e]133;D;$?\\a\\e]7;$PWD\\a\\e]133;A\\a\\w $ \\e]133;B\\a';
export const PS2 = '\\e]133;A\\a> \\e]133;B\\a';

const START = '\x1b]';
const END = '\x07';
/** A mark is never longer; what looks like the beginning of a longer one is shown as it is. */
const MARK_MAX = 4200;

/**
 * Takes output (one char a byte) and answers what is to be shown of it. The prompt itself isn't: whoever edits the line
 * draws it.
 */
export function readMarks(state: MarksState, output: string): string {
  let text = state.held + output;
  let shown = '';
  state.held = '';
  for (;;) {
    const start = text.indexOf(START);
    if (start < 0) {
      const cut = text.endsWith('\x1b') ? text.length - 1 : text.length;
      state.held = text.slice(cut);
      return shown + plain(state, text.slice(0, cut));
    }
    shown += plain(state, text.slice(0, start));
    const end = text.indexOf(END, start);
    if (end < 0 && text.length - start < MARK_MAX) {
      state.held = text.slice(start);
      return shown;
    }
    const mark = end < 0 ? '' : text.slice(start + START.length, end);
    const rest = end < 0 ? start + START.length : end + 1;
    if (end < 0 || !takeMark(state, mark)) shown += plain(state, text.slice(start, rest));
    text = text.slice(rest);
  }
}

function plain(state: MarksState, text: string): string {
  if (!state.inPrompt) return text;
  state.prompt += text;
  return '';
}

function takeMark(state: MarksState, mark: string): boolean {
  if (mark === '133;A') {
    state.inPrompt = true;
    state.prompt = '';
  } else if (mark === '133;B') {
    state.inPrompt = false;
    state.atPrompt = true;
  } else if (mark.startsWith('133;D;')) state.lastStatus = Number(mark.slice(6));
  else if (mark.startsWith('7;')) state.cwd = mark.slice(2);
  else return false;
  return true;
}
