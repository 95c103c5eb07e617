// Whether a line needs another one: an open quote, a bracket, a here-document, a backslash at its end.

import { FLAVOURS } from '../../../sandbox/machine/shell/flavour.ts';
import { completeness } from '../../../sandbox/machine/shell/parse.ts';

export function unfinished(text: string): boolean {
  // A here-document begins behind the end of its line.
  return completeness(`${text}\n`, { flavour: FLAVOURS.bash }) === 'incomplete';
}
