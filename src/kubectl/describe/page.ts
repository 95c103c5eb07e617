// A description as it is written: labels and values in columns, set in by two blanks a level.

import { escaped } from '../printers/table.ts';
import { align } from '../text/tabwriter.ts';

export interface Page {
  /** A text with the indentation of a level before it; it ends no line by itself. */
  write(level: number, text: string): void;
  /** One whole line. A tab ends a column. */
  line(level: number, text: string): void;
  /** What stands where a list would have begun. */
  end(text: string): void;
  /** The same page, further in. */
  nested(levels: number): Page;
  /** Columns end here and begin anew. */
  flush(): void;
}

const COLUMNS = { minWidth: 0, padding: 2, rememberWidths: false };

/** The text of a page. */
export function pageText(fill: (page: Page) => void): string {
  return sectionsOf(fill)
    .map((section) => align(section, COLUMNS))
    .join('');
}

/** The text of a page whose columns are left as tabs. */
export function tabbedText(fill: (page: Page) => void): string {
  return sectionsOf(fill).join('');
}

function sectionsOf(fill: (page: Page) => void): readonly string[] {
  const sections: string[] = [''];
  const add = (text: string): void => {
    sections[sections.length - 1] += escaped(text);
  };
  const pageAt = (indent: number): Page => ({
    write: (level, text) => add('  '.repeat(level + indent) + text),
    line: (level, text) => add(`${'  '.repeat(level + indent)}${text}\n`),
    end: (text) => add(`${'  '.repeat(indent)}${text}\n`),
    nested: (levels) => pageAt(indent + levels),
    flush: () => sections.push(''),
  });
  fill(pageAt(0));
  return sections;
}
