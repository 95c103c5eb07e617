// The flags -f, -k and -R, which many commands have.

import type { Call } from '../../call.ts';
import type { FileOptions } from '../../resource/files.ts';

export function fileOptions({ flags }: Call): FileOptions {
  return {
    filenames: flags.has('filename') ? flags.strings('filename') : [],
    kustomize: flags.has('kustomize') ? flags.string('kustomize') : '',
    recursive: flags.has('recursive') && flags.bool('recursive'),
  };
}
