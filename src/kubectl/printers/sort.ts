// `--sort-by`.

import { ExitError } from '../errors.ts';
import type { Info } from '../resource/info.ts';

export function sortInfos(_infos: readonly Info[], _field: string): readonly Info[] {
  throw new ExitError(3, 'error: "--sort-by" is not built yet');
}
