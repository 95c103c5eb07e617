// kubectl annotate: sets and removes annotations of objects.

import type { Blocking } from '../../../sandbox/machine/sys.ts';
import type { Call } from '../call.ts';
import { command } from '../command.ts';
import { objectPrinter, printerOptions } from '../printers/formats.ts';
import { type Info, metaMap, objectOf } from '../resource/info.ts';
import type { Selected } from '../resource/selection.ts';
import {
  beforePatch,
  confirmMetadata,
  listMetadata,
  type MetadataOptions,
  type MetadataWords,
  metadataOptions,
  patchMetadata,
  selectForMetadata,
  withPairs,
} from './shared/metadata.ts';
import { parsePairs } from './shared/pairs.ts';
import { CHANGE_CAUSE } from './shared/record.ts';
import { operationText } from './shared/write.ts';

const WORDS: MetadataWords = {
  field: 'annotations',
  singular: 'annotation',
  file: 'rsrc',
  parse: (words) => parsePairs(words, 'annotation', true),
};

export const annotate = command<MetadataOptions>({
  path: 'annotate',
  long: `
Set or remove annotations of objects.

An annotation holds any text, for people and for tools; objects can't be chosen by it. One that is there already with another value is only changed with --overwrite. KEY- removes an annotation.`,
  examples: `
# A note on a pod
kubectl annotate pod web note='first try'

# On what a file names
kubectl annotate -f web.yaml note='first try'

# Another text in place of the one there
kubectl annotate pod web note='second try' --overwrite

# The annotation is taken away
kubectl annotate pod web note-`,
  *complete(call) {
    const options = yield* metadataOptions(call, WORDS);
    // A format that doesn't exist is said before anything is asked, with --list too.
    yield* objectPrinter(call, printerOptions(call, { operation: 'annotated' }));
    return options;
  },
  validate(options, call) {
    confirmMetadata(options, call, WORDS);
    const both = options.remove.filter((key) => options.set.has(key));
    if (both.length > 0) {
      throw new Error(
        `can not both modify and remove the following annotation(s) in the same command: ${both.join(', ')}`,
      );
    }
  },
  *run(options, call) {
    const selected = yield* selectForMetadata(call, options);
    yield* selected.visit((info) => annotateOne(call, options, selected, info));
  },
});

function* annotateOne(call: Call, options: MetadataOptions, selected: Selected, info: Info): Blocking<void> {
  const here = options.dryRun === 'client' || call.flags.bool('local') || call.flags.bool('list');
  const before = here ? objectOf(info) : beforePatch(call, info);
  if (!call.flags.bool('overwrite')) confirmNew(metaMap(before, 'annotations'), options.set);
  const after = withPairs(call, before, options);
  info.object = here ? after : yield* patchMetadata(call, info, options, before, after);
  if (call.flags.bool('list')) {
    yield* listMetadata(call, selected, info, 'annotations');
    return;
  }
  const print = printerOptions(call, { operation: operationText('annotated', options.dryRun) });
  yield* call.out((yield* objectPrinter(call, print)).print(objectOf(info)));
}

function confirmNew(annotations: { readonly [key: string]: string }, set: ReadonlyMap<string, string>): void {
  const known = new Map(Object.entries(annotations));
  const taken = [...set].flatMap(([key, value]) => {
    const old = known.get(key);
    return key === CHANGE_CAUSE || old === undefined || old === value ? [] : [`'${key}' already has a value (${old})`];
  });
  if (taken.length > 0) {
    throw new Error(`--overwrite is false but found the following declared annotation(s): ${taken.join('; ')}`);
  }
}
