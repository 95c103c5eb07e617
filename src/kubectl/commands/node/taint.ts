// kubectl taint: marks of nodes that keep pods away.

import { goJson, quote } from '../../../../sandbox/kube/go/text.ts';
import { isArray, isObject, type JsonObject } from '../../../../sandbox/kube/json.ts';
import { labelValue, qualifiedName } from '../../../../sandbox/kube/names.ts';
import { createTwoWayMergePatch } from '../../../../sandbox/kube/patch/strategicpatch.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import { canonical } from '../../../../sandbox/schema/decode/canonical.ts';
import type { Call } from '../../call.ts';
import { command } from '../../command.ts';
import { SeveralErrors, usageError } from '../../errors.ts';
import { objectPrinter, printerOptions } from '../../printers/formats.ts';
import { type Info, mappingOf, objectOf } from '../../resource/info.ts';
import { ACCEPT_SCHEME, patchObject } from '../../resource/requests.ts';
import { typeOf } from '../../resource/typed.ts';
import { resourceIn } from '../shared/steps.ts';
import { type DryRun, dryRunOf, fieldValidationOf, writeOptions } from '../shared/write.ts';

interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

interface TaintOptions {
  readonly dryRun: DryRun;
  readonly namespace: string;
  readonly resources: readonly string[];
  readonly add: readonly Taint[];
  readonly remove: readonly Taint[];
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export const taint = command<TaintOptions>({
  path: 'taint',
  long: `
Set or remove taints of nodes.

A taint is KEY=VALUE:EFFECT or KEY:EFFECT. The effect is NoSchedule (no new pods that don't tolerate it), PreferNoSchedule (rather not) or NoExecute (those that are there go, too). KEY- and KEY:EFFECT- remove taints.`,
  examples: `
# Only pods that tolerate it come here
kubectl taint nodes worker-1 dedicated=web:NoSchedule

# The taint of that key and effect goes
kubectl taint nodes worker-1 dedicated:NoSchedule-

# All taints of that key go
kubectl taint nodes worker-1 dedicated-

# Nodes with a label
kubectl taint nodes -l disk=slow dedicated=batch:PreferNoSchedule`,
  *complete(call) {
    const { namespace } = yield* call.namespace();
    const dryRun = yield* dryRunOf(call);
    fieldValidationOf(call);
    yield* call.restConfig();
    const { resources, words } = split(call.args);
    if (resources.length === 0) throw new Error('one or more resources must be specified as <resource> <name>');
    if (words.length === 0) throw new Error('at least one taint update is required');
    const { add, remove } = parseTaints(words);
    const options = { dryRun, namespace, resources, add, remove };
    yield* confirm(call, options);
    return options;
  },
  *run(options, call) {
    const { flags } = call;
    const [, ...names] = options.resources;
    const selector = flags.string('selector');
    const all = flags.bool('all');
    const selected = yield* call.select({
      namespace: options.namespace,
      ...(all || selector !== ''
        ? { args: ['node'], labelSelector: selector, selectAll: all }
        : { named: { names, defaultType: 'node' } }),
      typed: true,
      flatten: true,
      latest: true,
      continueOnError: true,
    });
    yield* selected.visit((info) => taintOne(call, options, info));
  },
});

function split(args: readonly string[]): { readonly resources: readonly string[]; readonly words: readonly string[] } {
  const isTaint = (word: string): boolean => /[=:]|-$/.test(word);
  const first = args.findIndex(isTaint);
  if (first < 0) return { resources: args, words: [] };
  const stray = args.slice(first).find((word) => !isTaint(word));
  if (stray !== undefined) throw new Error(`all resources must be specified before taint changes: ${stray}`);
  return { resources: args.slice(0, first), words: args.slice(first) };
}

function parseTaints(words: readonly string[]): { readonly add: readonly Taint[]; readonly remove: readonly Taint[] } {
  const add: Taint[] = [];
  const remove: Taint[] = [];
  for (const word of words) {
    if (word.endsWith('-')) {
      remove.push({ ...parseTaint(word.slice(0, -1)), value: '' });
      continue;
    }
    const parsed = parseTaint(word);
    if (parsed.effect === '') throw misused(`invalid taint spec: ${word}`);
    if (add.some(({ key, effect }) => key === parsed.key && effect === parsed.effect)) {
      const shown = `{${parsed.key} ${parsed.value} ${parsed.effect} <nil>}`;
      throw misused(`duplicated taints with the same key and effect: ${shown}`);
    }
    add.push(parsed);
  }
  return { add, remove };
}

function misused(message: string): Error {
  return usageError('kubectl taint', message);
}

function parseTaint(text: string): Taint {
  const [name = '', effect = '', ...more] = text.split(':');
  if (more.length > 0) throw misused(`invalid taint spec: ${text}`);
  let [key = '', value = ''] = [name, ''];
  if (text.includes(':')) {
    if (!EFFECTS.includes(effect)) throw misused(`invalid taint effect: ${effect}, unsupported taint effect`);
    const [first = '', second = '', ...others] = name.split('=');
    if (others.length > 0) throw misused(`invalid taint spec: ${text}`);
    [key, value] = [first, second];
    const wrong = name.includes('=') ? labelValue(value) : [];
    if (wrong.length > 0) throw misused(`invalid taint spec: ${text}, ${wrong.join('; ')}`);
  }
  const problems = qualifiedName(key);
  if (problems.length > 0) throw misused(`invalid taint spec: ${text}, ${problems.join('; ')}`);
  return { key, value, effect };
}

function* confirm(call: Call, { resources, add, remove }: TaintOptions): Blocking<void> {
  const { flags } = call;
  const type = (resources[0] ?? '').toLowerCase();
  const { kind } = yield* (yield* call.mapper()).resourceFor({ resource: resourceIn(type), group: '', version: '' });
  if (kind !== 'Node') throw new Error(`invalid resource type ${type}, only node types are supported`);
  const both = remove.filter(({ key, effect }) =>
    add.some((taint) => taint.key === key && (effect === '' || effect === taint.effect)),
  );
  if (both.length > 0) {
    const names = both.map(({ key, effect }) => `${key}=${effect}`).join(', ');
    throw new Error(`can not both modify and remove the following taint(s) in the same command: ${names}`);
  }
  const [all, selector] = [flags.bool('all'), flags.string('selector') !== ''];
  if (all && selector) throw new Error("setting 'all' parameter with a non empty selector is prohibited");
  if (!all && !selector && resources.length < 2) {
    throw new Error("at least one resource name must be specified since 'all' parameter is not set");
  }
}

function* taintOne(call: Call, options: TaintOptions, info: Info): Blocking<void> {
  const type = typeOf(mappingOf(info))?.type;
  if (type === undefined) throw new Error('the kind is not known');
  const before = canonical(objectOf(info), type);
  const { taints, operation } = changedTaints(call, options, info.name, before);
  const spec = isObject(before['spec']) ? before['spec'] : {};
  const after = canonical({ ...before, spec: { ...spec, taints } }, type);
  const print = printerOptions(call, { operation, typed: true });
  const printer = yield* objectPrinter(call, print);
  if (options.dryRun === 'client') {
    yield* call.out(printer.print(after));
    return;
  }
  const patch = goJson(createTwoWayMergePatch(before, after, type), 'sorted');
  const write = { ...writeOptions(call, options.dryRun, fieldValidationOf(call)), accept: ACCEPT_SCHEME };
  const answer = yield* patchObject(yield* call.client(), info, 'strategic', patch, write);
  yield* call.out(printer.print(canonical(answer, type)));
}

function changedTaints(
  { flags }: Call,
  { add, remove }: TaintOptions,
  name: string,
  node: JsonObject,
): { readonly taints: readonly JsonObject[]; readonly operation: string } {
  const spec = isObject(node['spec']) ? node['spec'] : {};
  const old = isArray(spec['taints']) ? spec['taints'].filter(isObject) : [];
  const overwrite = flags.bool('overwrite');
  const matches = (taint: JsonObject, { key, effect }: { readonly key: string; readonly effect: string }): boolean =>
    taint['key'] === key && taint['effect'] === effect;
  const known = add.filter((taint) => old.some((each) => matches(each, taint)));
  if (!overwrite && known.length > 0) {
    const keys = known.map(({ key }) => key).join(',');
    throw new Error(`node ${name} already has ${keys} taint(s) with same effect(s) and --overwrite is false`);
  }
  const kept = old.filter((each) => !add.some((taint) => matches(each, taint)));
  let taints: readonly JsonObject[] = [...add.map(written), ...kept];
  const added = old.length !== taints.length;
  let deleted = false;
  const errors: Error[] = [];
  for (const { key, effect } of remove) {
    const left = taints.filter((each) => (effect === '' ? each['key'] !== key : !matches(each, { key, effect })));
    deleted = left.length < taints.length;
    if (!deleted) errors.push(new Error(`taint ${quote(effect === '' ? key : `${key}:${effect}`)} not found`));
    taints = left;
  }
  if (errors.length > 0) throw new SeveralErrors(errors);
  return { taints, operation: (added && deleted) || overwrite ? 'modified' : added ? 'tainted' : 'untainted' };
}

function written({ key, value, effect }: Taint): JsonObject {
  return { effect, key, ...(value === '' ? {} : { value }) };
}
