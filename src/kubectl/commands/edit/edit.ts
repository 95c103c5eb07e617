// kubectl edit: objects of the server in an editor.

import { goJson } from '../../../../sandbox/kube/go/text.ts';
import { createMergePatch } from '../../../../sandbox/kube/patch/mergediff.ts';
import {
  checkPreconditions,
  createTwoWayMergePatch,
  PreconditionError,
  requireKeyUnchanged,
  requireMetadataKeyUnchanged,
} from '../../../../sandbox/kube/patch/strategicpatch.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import { command } from '../../command.ts';
import { noSuchFormat } from '../../printers/formats.ts';
import { omitManagedFields } from '../../printers/printer.ts';
import { type Info, mappingOf, objectOf, refresh } from '../../resource/info.ts';
import { type PatchType, patchObject } from '../../resource/requests.ts';
import { typeOf } from '../../resource/typed.ts';
import { fileOptions } from '../shared/files.ts';
import { fieldValidationOf, writeOptions } from '../shared/write.ts';
import { type EditSession, INTRO, isSame, runEditSession } from './session.ts';

const FORMATS = ['json', 'kyaml', 'yaml'];

/** The format of the text. Throws for one that there isn't. */
export function editFormat({ flags }: Call): string {
  const output = flags.string('output') || 'yaml';
  if (!FORMATS.includes(output)) throw noSuchFormat(output, FORMATS);
  return output;
}

export const edit = command<EditSession>({
  path: 'edit',
  long: `
Edit objects of the server in an editor: the one of KUBE_EDITOR, of EDITOR, or vi.

Several objects can be edited at once. What is saved is sent one by one. The text is YAML, or JSON with "-o json". What the server doesn't take comes back into the editor with the reasons; a copy is kept in a file. When somebody else has changed an object in the meantime, the changes have to be made again.`,
  examples: `
# A service
kubectl edit svc/web

# With another editor
KUBE_EDITOR="nano" kubectl edit svc/web

# A job as JSON
kubectl edit job/once -o json

# The change is remembered for apply
kubectl edit deployment/web --save-config`,
  *complete(call) {
    const { flags } = call;
    const output = editFormat(call);
    const fieldValidation = fieldValidationOf(call);
    const { namespace, explicit } = yield* call.namespace();
    const subresource = flags.string('subresource');
    const selected = yield* call.select({
      namespace,
      enforceNamespace: explicit,
      files: fileOptions(call),
      args: call.args,
      allOfType: true,
      subresource,
      latest: true,
      flatten: true,
      continueOnError: true,
    });
    const infos = yield* selected.infos();
    return {
      infos,
      output,
      fieldValidation,
      namespace,
      intro: INTRO,
      saveConfig: flags.bool('save-config'),
      save: (edited, original) => patchEdited(call, edited, original, subresource),
    };
  },
  *run(session, call) {
    if (session.infos.length === 0) throw new Error('edit cancelled, no objects found');
    yield* runEditSession(call, session);
  },
});

const CHANGED = 'At least one of apiVersion, kind and name was changed';

function* patchEdited(call: Call, edited: Info, original: Info | undefined, subresource: string): Blocking<string> {
  if (original === undefined) throw new Error(`no original object found for ${edited.name}`);
  if (isSame(edited, original)) return 'skipped';
  const { type, text } = patchFor(edited, original);
  if (call.flags.bool('output-patch')) yield* call.out(`Patch: ${text}\n`);
  const validation = fieldValidationOf(call);
  const write = { ...writeOptions(call, 'none', validation), ...(subresource === '' ? {} : { subresource }) };
  refresh(edited, yield* patchObject(yield* call.client(), edited, type, text, write));
  return 'edited';
}

function patchFor(edited: Info, original: Info): { readonly type: PatchType; readonly text: string } {
  const before = omitManagedFields(objectOf(original));
  const after = omitManagedFields(objectOf(edited));
  const preconditions = [
    requireKeyUnchanged('apiVersion'),
    requireKeyUnchanged('kind'),
    requireMetadataKeyUnchanged('name'),
  ];
  const kind = typeOf(mappingOf(edited));
  try {
    if (kind !== undefined) {
      const patch = createTwoWayMergePatch(before, after, kind.type, { preconditions });
      return { type: 'strategic', text: goJson(patch, 'sorted') };
    }
    const patch = createMergePatch(before, after);
    checkPreconditions(patch, preconditions);
    return { type: 'merge', text: goJson(patch, 'sorted') };
  } catch (error) {
    if (error instanceof PreconditionError) throw new Error(CHANGED);
    throw error;
  }
}
