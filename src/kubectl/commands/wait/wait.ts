// kubectl wait: stays until objects are there, are gone, or are in a state.

import { quote } from '../../../../sandbox/kube/go/text.ts';
import type { JsonObject } from '../../../../sandbox/kube/json.ts';
import { groupResource } from '../../../../sandbox/kube/resource.ts';
import { StatusError } from '../../../../sandbox/kube/status.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import { durationMs, type TimeMs, timeMs } from '../../../../sandbox/time/units.ts';
import type { Call } from '../../call.ts';
import { command } from '../../command.ts';
import { asError, withoutErrors } from '../../errors.ts';
import { objectPrinter, printerOptions } from '../../printers/formats.ts';
import type { ObjectPrinter } from '../../printers/printer.ts';
import { timedOut, waitUntilGone } from '../../resource/gone.ts';
import { type Info, mappingOf, metaText, objectName } from '../../resource/info.ts';
import { getObject, nameSelector } from '../../resource/requests.ts';
import type { Selection } from '../../resource/selection.ts';
import { follow } from '../../rest/follow.ts';
import { isNotFound } from '../../rest/status.ts';
import { LONG_MS } from '../shared/deletion.ts';
import { fileOptions } from '../shared/files.ts';
import { type Check, parseWanted, type Wanted } from './conditions.ts';

interface WaitOptions {
  readonly printer: ObjectPrinter;
  readonly selection: Selection;
  readonly wanted: readonly Wanted[];
  /** Milliseconds; 0 looks once. */
  readonly timeout: number;
}

const PAUSE_MS = 500;

export const wait = command<WaitOptions>({
  path: 'wait',
  long: `
Wait until objects are in a certain state: they exist, they are gone, one of their conditions has a value, or a JSONPath leads to one.

Names and values of conditions are compared without regard to case. A message says that the state was reached.`,
  examples: `
# A pod is ready
kubectl wait --for=condition=Ready pod/web

# A condition is false
kubectl wait --for=condition=Ready=false pod/web

# A field has a value, within a minute
kubectl wait --for=jsonpath='{.status.phase}'=Running pod/web --timeout=60s

# A pod is gone
kubectl delete pod/web --wait=false
kubectl wait --for=delete pod/web`,
  *complete(call) {
    const printer = yield* objectPrinter(call, printerOptions(call, { operation: 'condition met' }));
    yield* call.restConfig();
    const selection = yield* selectionOf(call);
    yield* lookForCategories(call);
    const wanted = parseWanted(call.flags.strings('for'));
    const timeout = call.flags.duration('timeout');
    return { printer, selection, wanted, timeout: timeout < 0 ? LONG_MS : timeout };
  },
  run,
});

/** kubectl looks whether a word stands for several types (`all`) before it reads the conditions. */
function* lookForCategories({ args, discovery }: Call): Blocking<void> {
  if (args.length === 0 || args.some((word) => word.includes('/'))) return;
  try {
    yield* (yield* discovery()).served();
  } catch {
    // Said when the objects are looked for.
  }
}

function* selectionOf(call: Call): Blocking<Selection> {
  const { flags } = call;
  const { namespace, explicit } = yield* call.namespace();
  const allNamespaces = flags.bool('all-namespaces');
  const local = flags.bool('local');
  return {
    namespace: allNamespaces ? '' : namespace,
    allNamespaces,
    enforceNamespace: explicit && !allNamespaces,
    files: fileOptions(call),
    flatten: true,
    continueOnError: true,
    ...(local
      ? { local }
      : {
          args: call.args,
          allOfType: flags.bool('all'),
          labelSelector: flags.string('selector'),
          fieldSelector: flags.string('field-selector'),
          latest: true,
        }),
  };
}

function* run(options: WaitOptions, call: Call): Blocking<void> {
  const { wanted, timeout, selection } = options;
  const deadline = timeMs(call.sys.now() + timeout);
  const forDelete = wanted.some(({ kind }) => kind === 'delete');
  if (wanted.some(({ kind }) => kind === 'create')) yield* untilCreated(call, selection, deadline);
  let count = 0;
  const selected = yield* call.select(selection);
  try {
    yield* selected.visit(function* (info) {
      count++;
      for (const each of wanted) {
        const object = yield* met(call, options, info, each, deadline);
        if (object !== undefined) yield* call.out(options.printer.print(object));
      }
    });
  } catch (error) {
    const left = forDelete ? withoutErrors(asError(error), isNotFound) : asError(error);
    if (left !== undefined) throw left;
  }
  if (count === 0 && !forDelete) throw new Error('no matching resources found');
}

function* untilCreated(call: Call, selection: Selection, deadline: TimeMs): Blocking<void> {
  for (;;) {
    if (yield* isThere(call, selection)) return;
    if (call.sys.now() + PAUSE_MS > deadline) throw new Error('timed out waiting for the condition');
    yield* call.sys.sleep(durationMs(PAUSE_MS));
  }
}

function* isThere(call: Call, selection: Selection): Blocking<boolean> {
  let found = false;
  try {
    const selected = yield* call.select(selection);
    yield* selected.visit(function* () {
      found = true;
    });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return found;
}

/** Waits for one object. Answers it as it is then. */
function* met(
  call: Call,
  { timeout }: WaitOptions,
  info: Info,
  wanted: Wanted,
  deadline: TimeMs,
): Blocking<JsonObject | undefined> {
  const client = yield* call.client();
  if (wanted.kind === 'create') return info.object;
  if (wanted.kind === 'delete') {
    return yield* waitUntilGone(call.sys, client, info, { deadline, once: timeout === 0, uid: undefined });
  }
  if (info.name === '') throw new Error('resource name must be provided');
  if (timeout === 0) {
    const object = yield* getObject(client, mappingOf(info), info.namespace, info.name);
    if (!wanted.check(object)) throw new Error(`condition not met for ${objectName(info)}`);
    return object;
  }
  return yield* untilChecked(call, info, wanted.check, deadline);
}

function* untilChecked(call: Call, info: Info, check: Check, deadline: TimeMs): Blocking<JsonObject | undefined> {
  if (call.sys.now() >= deadline) throw timedOut(info);
  let result: JsonObject | undefined;
  const followed = { collection: mappingOf(info), namespace: info.namespace, fieldSelector: nameSelector(info.name) };
  const ended = yield* follow(
    call.sys,
    yield* call.client(),
    followed,
    {
      *synced(objects) {
        if (objects.some((object) => metaText(object, 'name') === info.name)) return false;
        throw notFound(info);
      },
      *changed({ type, object }) {
        if (type === 'ERROR') {
          const what = 'error: An error occurred while waiting for the condition to be satisfied:';
          yield* call.err(`${what} ${String(object['message'] ?? '')}`);
          return false;
        }
        if (type === 'DELETED' || !check(object)) return false;
        result = object;
        return true;
      },
    },
    deadline,
  );
  if (!ended) throw timedOut(info);
  return result;
}

function notFound(info: Info): StatusError {
  const { group, resource } = mappingOf(info);
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `${groupResource({ group, resource })} ${quote(info.name)} not found`,
    reason: 'NotFound',
    details: { name: info.name, ...(group === '' ? {} : { group }), kind: resource },
    code: 404,
  });
}
