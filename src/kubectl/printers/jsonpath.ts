// `-o jsonpath=...`.

import { ExitError } from '../errors.ts';
import type { ObjectPrinter } from './printer.ts';

export function jsonPathPrinter(_template: string, _asJson: boolean, _allowMissingKeys: boolean): ObjectPrinter {
  throw new ExitError(3, 'error: "-o jsonpath" is not built yet');
}
