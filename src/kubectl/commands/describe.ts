// kubectl describe: shows what matters about objects, with what belongs to them and what happened to them.

import type { Blocking } from '../../../sandbox/machine/sys.ts';
import type { Call } from '../call.ts';
import { command } from '../command.ts';
import type { Scope } from '../describe/describer.ts';
import { descriptionFor } from '../describe/registry.ts';
import { aggregate, asError } from '../errors.ts';
import { type FileOptions, hasFiles } from '../resource/files.ts';
import { type Info, mappingOf } from '../resource/info.ts';
import type { Selection } from '../resource/selection.ts';
import { isNotFound } from '../rest/status.ts';
import { fileOptions } from './shared/files.ts';

interface DescribeOptions {
  readonly namespace: string;
  readonly explicitNamespace: boolean;
  readonly allNamespaces: boolean;
  readonly args: readonly string[];
  readonly files: FileOptions;
  readonly labelSelector: string;
  readonly chunkSize: number;
  readonly showEvents: boolean;
  /** A flag said whether events are shown. */
  readonly eventsDecided: boolean;
}

export const describe = command<DescribeOptions>({
  path: 'describe',
  long: `
Show details of an object, of several, or of all whose names begin with a prefix.

What is shown comes from the object itself, from others that belong to it and from the events about it.

Use "kubectl api-resources" for a complete list of supported resources.`,
  examples: `
# A node
kubectl describe nodes kubernetes-node-emt8.c.myproject.internal

# A pod
kubectl describe pods/nginx

# What a file names
kubectl describe -f pod.json

# All pods
kubectl describe pods

# Pods with a label
kubectl describe pods -l name=myLabel

# All pods whose names begin so
kubectl describe pods frontend`,
  complete,
  run,
});

function* complete(call: Call): Blocking<DescribeOptions> {
  const { flags, args } = call;
  const { namespace, explicit } = yield* call.namespace();
  const files = fileOptions(call);
  if (args.length === 0 && !hasFiles(files)) {
    throw new Error(
      'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of ' +
        'supported resources.\n',
    );
  }
  const allNamespaces = flags.bool('all-namespaces');
  return {
    namespace,
    explicitNamespace: explicit && !allNamespaces,
    allNamespaces,
    args,
    files,
    labelSelector: flags.string('selector'),
    chunkSize: flags.number('chunk-size'),
    showEvents: flags.bool('show-events'),
    eventsDecided: flags.changed('show-events'),
  };
}

function* run(options: DescribeOptions, call: Call): Blocking<void> {
  const selected = yield* call.select({
    ...selectionOf(options),
    files: options.files,
    args: options.args,
    enforceNamespace: options.explicitNamespace,
    labelSelector: options.labelSelector,
    continueOnError: true,
  });
  const infos: Info[] = [];
  const errors: Error[] = [];
  try {
    yield* selected.visit(function* (info) {
      infos.push(info);
    });
  } catch (error) {
    errors.push(asError(error));
  }
  const several = errors.length > 0 || infos.length > 1;
  const scope = yield* scopeOf(call, options, several);
  const [missing] = errors;
  const [type, prefix] = options.args;
  if (isNotFound(missing) && options.args.length === 2 && type !== undefined && prefix !== undefined) {
    yield* describeByPrefix(call, options, scope, type, prefix, missing);
    return;
  }
  errors.push(...(yield* describeAll(call, scope, infos)));
  if (infos.length === 0 && errors.length === 0) yield* sayNothingFound(call, options);
  const error = aggregate(errors);
  if (error !== undefined) throw error;
}

function selectionOf({ namespace, allNamespaces, chunkSize }: DescribeOptions): Selection {
  return { namespace: allNamespaces ? '' : namespace, allNamespaces, allOfType: true, chunkSize, flatten: true };
}

function* scopeOf(call: Call, options: DescribeOptions, several: boolean): Blocking<Scope> {
  return {
    client: yield* call.client(),
    now: call.sys.now(),
    showEvents: options.showEvents && (!several || options.eventsDecided),
    chunkSize: options.chunkSize,
  };
}

/** Writes each description as it is made; answers what went wrong, every message once. */
function* describeAll(call: Call, scope: Scope, infos: readonly Info[]): Blocking<readonly Error[]> {
  const errors = new Map<string, Error>();
  let first = true;
  for (const info of infos) {
    try {
      const text = yield* descriptionFor(mappingOf(info))(scope, info.namespace, info.name);
      yield* call.out(first ? text : `\n\n${text}`);
      first = false;
    } catch (thrown) {
      const error = asError(thrown);
      if (!errors.has(error.message)) errors.set(error.message, error);
    }
  }
  return [...errors.values()];
}

function* describeByPrefix(
  call: Call,
  options: DescribeOptions,
  scope: Scope,
  type: string,
  prefix: string,
  missing: Error | undefined,
): Blocking<void> {
  const selection = { ...selectionOf(options), namespace: options.namespace, args: [type], singleType: true };
  const selected = yield* call.select(selection);
  const infos = (yield* selected.infos()).filter(({ name }) => name.startsWith(prefix));
  if (infos.length === 0) throw missing ?? new Error('not found');
  for (const info of infos) {
    const text = yield* descriptionFor(mappingOf(info))(scope, info.namespace, info.name);
    yield* call.out(`${text}\n`);
  }
}

function* sayNothingFound(call: Call, { allNamespaces, namespace }: DescribeOptions): Blocking<void> {
  yield* call.err(allNamespaces ? 'No resources found\n' : `No resources found in ${namespace} namespace.\n`);
}
