// Warnings that the server sends along with its answers: each is shown once, on standard error.

import type { Blocking, Sys } from '../../../sandbox/machine/sys.ts';

export interface Warnings {
  /** Shows what a `Warning` header holds. */
  received(headers: readonly string[]): Blocking<void>;
  /** Shows a warning of kubectl's own. */
  show(text: string): Blocking<void>;
  /** How many of the server's were shown. */
  count(): number;
}

export function createWarnings(sys: Sys): Warnings {
  const seen = new Set<string>();
  const title = allowsColor(sys, 2) ? '\u001b[33;1mWarning:\u001b[0m' : 'Warning:';
  function* show(text: string): Blocking<void> {
    yield* sys.write(2, `${title} ${text}\n`);
  }
  return {
    *received(headers) {
      for (const header of headers) {
        for (const text of warningTexts(header)) {
          if (seen.has(text)) continue;
          seen.add(text);
          yield* show(text);
        }
      }
    },
    show,
    count: () => seen.size,
  };
}

/** Colours are for terminals that have them, and for people who want them. */
function allowsColor(sys: Sys, fd: number): boolean {
  return sys.env.get('TERM') !== 'dumb' && !sys.env.has('NO_COLOR') && sys.isatty(fd);
}

/** The texts of `299 - "one", 299 - "two"`. Other codes are not for people. */
function warningTexts(header: string): readonly string[] {
  const texts: string[] = [];
  for (const [, code, quotedText = ''] of header.matchAll(/(\d{3}) \S+ "((?:[^"\\]|\\.)*)"(?: "[^"]*")?/g)) {
    const text = quotedText.replaceAll(/\\(.)/g, '$1');
    if (code === '299' && text !== '') texts.push(text);
  }
  return texts;
}
