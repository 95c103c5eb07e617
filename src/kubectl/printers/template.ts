// `-o go-template=...`.

import { ExitError } from '../errors.ts';
import type { ObjectPrinter } from './printer.ts';

export function goTemplatePrinter(_template: string, _allowMissingKeys: boolean): ObjectPrinter {
  throw new ExitError(3, 'error: "-o go-template" is not built yet');
}
