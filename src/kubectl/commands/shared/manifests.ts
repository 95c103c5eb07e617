// How commands take manifests: all objects of files, in the namespace of the command line, checked before they are sent.

import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import type { Selection } from '../../resource/selection.ts';
import { createValidator } from '../../resource/validation.ts';
import { fileOptions } from './files.ts';
import type { FieldValidation } from './write.ts';

export function* manifestSelection(call: Call, fieldValidation: FieldValidation): Blocking<Selection> {
  const { namespace, explicit } = yield* call.namespace();
  return {
    namespace,
    enforceNamespace: explicit,
    files: fileOptions(call),
    labelSelector: call.flags.has('selector') ? call.flags.string('selector') : '',
    flatten: true,
    continueOnError: true,
    ...(fieldValidation === 'Ignore' ? {} : { validate: createValidator(call, fieldValidation) }),
  };
}
