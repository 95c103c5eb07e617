// The words of the command that is being written, up to the cursor: quotes are followed, separators begin another command.

export interface Word {
  /** As the shell takes it, without quotes. */
  readonly text: string;
  /** Where it begins in the line. */
  readonly from: number;
  /** The quote that is still open at its end. */
  readonly quote: '' | '"' | "'";
}

export interface WrittenCommand {
  /** Words before the one at the cursor. */
  readonly before: readonly Word[];
  readonly current: Word;
  /** The word at the cursor is where output goes or input comes from. */
  readonly redirected: boolean;
}

const SEPARATORS = new Set(['|', ';', '&', '(', '{', '\n', '`']);
/** Words behind which a command begins. */
const OPENERS = new Set(['if', 'then', 'else', 'elif', 'while', 'until', 'do', '!', 'time', '{']);

export function writtenCommand(line: string): WrittenCommand {
  let words: Word[] = [];
  let text = '';
  let from = -1;
  let quote: Word['quote'] = '';
  let redirected = false;
  const finish = (): void => {
    if (from < 0) return;
    words.push({ text, from, quote: '' });
    if (OPENERS.has(text) && words.length === 1) words = [];
    redirected = false;
    text = '';
    from = -1;
  };
  for (let i = 0; i < line.length; i++) {
    const char = line.charAt(i);
    if (quote !== '') {
      if (char === quote) quote = '';
      else text += char === '\\' && quote === '"' ? line.charAt(++i) : char;
    } else if (char === '"' || char === "'") {
      if (from < 0) from = i;
      quote = char;
    } else if (char === '\\') {
      if (from < 0) from = i;
      text += line.charAt(++i);
    } else if (char === ' ' || char === '\t') finish();
    else if (char === '>' || char === '<') {
      finish();
      redirected = true;
    } else if (SEPARATORS.has(char) && !(char === '{' && from >= 0) && !line.slice(0, i).endsWith('>')) {
      finish();
      words = [];
      redirected = false;
    } else {
      if (from < 0) from = i;
      text += char;
    }
  }
  const current: Word = { text, from: from < 0 ? line.length : from, quote };
  return {
    before: words.filter(({ text: word }) => !/^[A-Za-z_]\w*=/.test(word) || words.length > 1),
    current,
    redirected,
  };
}
