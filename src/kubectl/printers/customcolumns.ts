// `-o custom-columns=...`.

import type { Blocking } from '../../../sandbox/machine/sys.ts';
import type { Call } from '../call.ts';
import { ExitError } from '../errors.ts';
import type { PrinterOptions } from './formats.ts';
import type { ObjectPrinter } from './printer.ts';

export const CUSTOM_COLUMNS: readonly string[] = ['custom-columns', 'custom-columns-file'];

/** Undefined when another format is asked for. */
export function* columnsPrinter(
  _call: Call,
  options: PrinterOptions,
  _noHeaders: boolean,
): Blocking<ObjectPrinter | undefined> {
  if (!options.output.startsWith('custom-columns')) return undefined;
  throw new ExitError(3, 'error: "-o custom-columns" is not built yet');
}
