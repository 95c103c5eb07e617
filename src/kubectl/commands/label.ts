// kubectl label: sets and removes labels of objects.

import { quote } from '../../../sandbox/kube/go/text.ts';
import { labelValue } from '../../../sandbox/kube/names.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import type { Call } from '../call.ts';
import { command } from '../command.ts';
import { SeveralErrors } from '../errors.ts';
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
import type { Pairs } from './shared/pairs.ts';
import { operationText } from './shared/write.ts';

const WORDS: MetadataWords = { field: 'labels', singular: 'label', file: 'pod', parse: parseLabels };

export const label = command<MetadataOptions>({
  path: 'label',
  long: `
Set or remove labels of objects.

A label's key and value are short texts by which objects are chosen: values have at most 63 letters, digits, dashes, underscores and dots. A label that is there already with another value is only changed with --overwrite. KEY- removes a label.`,
  examples: `
# One label of one pod
kubectl label pod web tier=frontend

# Another value in place of the one there
kubectl label pod web tier=backend --overwrite

# All pods of the namespace
kubectl label pods --all checked=yes

# The label is taken away
kubectl label pod web tier-`,
  *complete(call) {
    if (call.flags.bool('list') && call.flags.string('output') !== '') {
      throw new Error('--list and --output may not be specified together');
    }
    return yield* metadataOptions(call, WORDS);
  },
  validate: (options, call) => confirmMetadata(options, call, WORDS),
  *run(options, call) {
    const selected = yield* selectForMetadata(call, options);
    yield* selected.visit((info) => labelOne(call, options, selected, info));
  },
});

function parseLabels(words: readonly string[]): Pairs {
  const set = new Map<string, string>();
  const remove: string[] = [];
  for (const word of words) {
    if (word.includes('=')) {
      const [key = '', value = '', ...more] = word.split('=');
      if (more.length > 0) throw new Error(`invalid label spec: ${word}`);
      const problems = labelValue(value);
      if (problems.length > 0) throw new Error(`invalid label value: ${quote(word)}: ${problems.join(';')}`);
      set.set(key, value);
    } else if (word.endsWith('-')) remove.push(word.slice(0, -1));
    else throw new Error(`unknown label spec: ${word}`);
  }
  if (remove.some((key) => set.has(key))) {
    throw new Error('can not both modify and remove a label in the same command');
  }
  return { set, remove };
}

function* labelOne(call: Call, options: MetadataOptions, selected: Selected, info: Info): Blocking<void> {
  const before = beforePatch(call, info);
  const labels = new Map(Object.entries(metaMap(before, 'labels')));
  const here = options.dryRun === 'client' || call.flags.bool('local') || call.flags.bool('list');
  const missing = options.remove.filter((key) => !labels.has(key));
  if (!here) for (const key of missing) yield* call.out(`label ${quote(key)} not found.\n`);
  if (!call.flags.bool('overwrite')) confirmNew(labels, options.set);
  const added = [...options.set].some(([key, value]) => labels.get(key) !== value);
  const removed = options.remove.some((key) => labels.has(key));
  const after = withPairs(call, before, options);
  if (!here && (added || removed)) yield* patchMetadata(call, info, options, before, after);
  info.object = after;
  if (call.flags.bool('list')) {
    yield* listMetadata(call, selected, info, 'labels');
    return;
  }
  const done = added && removed ? 'modified' : added ? 'labeled' : removed ? 'unlabeled' : 'not labeled';
  const print = printerOptions(call, { operation: operationText(done, options.dryRun) });
  yield* call.out((yield* objectPrinter(call, print)).print(objectOf(info)));
}

function confirmNew(labels: ReadonlyMap<string, string>, set: ReadonlyMap<string, string>): void {
  const errors = [...set].flatMap(([key, value]) => {
    const known = labels.get(key);
    if (known === undefined || known === value) return [];
    return [new Error(`'${key}' already has a value (${known}), and --overwrite is false`)];
  });
  if (errors.length > 0) throw new SeveralErrors(errors);
}
