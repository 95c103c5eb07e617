// `-o kyaml`.

import { ExitError } from '../errors.ts';
import type { ObjectPrinter } from './printer.ts';

export function kyamlPrinter(): ObjectPrinter {
  throw new ExitError(3, 'error: "-o kyaml" is not built yet');
}
