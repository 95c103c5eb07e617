// kubectl apply: makes objects what their manifests say, and remembers what was said.

import { goJson } from '../../../../sandbox/kube/go/text.ts';
import { isArray, isObject, type JsonObject, type JsonValue } from '../../../../sandbox/kube/json.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import { command } from '../../command.ts';
import { asError, SeveralErrors, withSource } from '../../errors.ts';
import { annotationOf, LAST_APPLIED, remembering } from '../../lastapplied.ts';
import { type Info, infoText, mappingOf, metaText, objectName, objectOf, refresh } from '../../resource/info.ts';
import { createObject, fetchInfo, patchObject } from '../../resource/requests.ts';
import { hasReason, isNotFound } from '../../rest/status.ts';
import { manifestSelection } from '../shared/manifests.ts';
import { recorded } from '../shared/record.ts';
import { migrate } from './migrate.ts';
import {
  type ApplyOptions,
  applyOptions,
  applyWriteOptions,
  confirmApply,
  printerFor,
  printsObjects,
} from './options.ts';
import { applyPatch } from './patcher.ts';
import { prune } from './prune.ts';

export const apply = command<ApplyOptions>({
  path: 'apply',
  long: `
Make objects what their manifests say. Those that aren't there are created.

What is applied is remembered in an annotation, so that fields which leave the manifest leave the object, while what others set stays. With --server-side the server does this by keeping who owns which field.

JSON and YAML are understood.`,
  examples: `
# What a file describes
kubectl apply -f web.yaml

# What a folder with a kustomization describes
kubectl apply -k app/

# What another program writes
cat pod.json | kubectl apply -f -

# What would happen, asked of the server
kubectl apply -f web.yaml --dry-run=server`,
  complete: applyOptions,
  validate: confirmApply,
  run,
});

/** What has been seen so far, for pruning and for printing. */
interface Run {
  readonly namespaces: Set<string>;
  readonly uids: Set<string>;
}

function* run(options: ApplyOptions, call: Call): Blocking<void> {
  const seen: Run = { namespaces: new Set(options.explicitNamespace ? [options.namespace] : []), uids: new Set() };
  const errors: Error[] = [];
  const infos = yield* manifests(options, call, errors);
  if (infos.length === 0 && errors.length === 0) throw new Error('no objects passed to apply');
  for (const info of infos) {
    try {
      yield* applyOne(options, call, info, seen);
    } catch (error) {
      errors.push(asError(error));
    }
  }
  const [first] = errors;
  if (first !== undefined) throw errors.length === 1 ? first : new SeveralErrors(errors);
  if (printsObjects(call)) yield* printAll(options, call, infos);
  if (options.prune !== undefined) yield* prune(call, options, seen);
}

function* manifests(options: ApplyOptions, call: Call, errors: Error[]): Blocking<readonly Info[]> {
  const infos: Info[] = [];
  const selected = yield* call.select(yield* manifestSelection(call, options.fieldValidation || 'Ignore'));
  try {
    yield* selected.visit(function* (info) {
      infos.push(info);
    });
  } catch (error) {
    errors.push(asError(error));
  }
  return infos;
}

function* applyOne(options: ApplyOptions, call: Call, info: Info, seen: Run): Blocking<void> {
  if (mappingOf(info).namespaced) seen.namespaces.add(info.namespace);
  info.object = recorded(call, objectOf(info));
  const generateName = metaText(objectOf(info), 'generateName');
  if (info.name === '' && generateName !== '')
    throw new Error(`from ${generateName}: cannot use generate name with apply`);
  const done = options.serverSide
    ? yield* applyOnServer(options, call, info, seen)
    : yield* applyHere(options, call, info, seen);
  if (!printsObjects(call)) yield* call.out((yield* printerFor(call, options, done)).print(objectOf(info)));
}

function markSeen(info: Info, { uids }: Run): void {
  uids.add(metaText(objectOf(info), 'uid'));
}

const CONFLICT_ADVICE = `
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;

/** The server applies all of it. Answers what was done. */
function* applyOnServer(options: ApplyOptions, call: Call, info: Info, seen: Run): Blocking<string> {
  const manifest = `${goJson(objectOf(info), 'sorted')}\n`;
  const write = { ...applyWriteOptions(options), force: call.flags.bool('force-conflicts') };
  const subresource = call.flags.string('subresource');
  try {
    const request = subresource === '' ? write : { ...write, subresource };
    refresh(info, yield* patchObject(yield* call.client(), info, 'apply', manifest, request));
  } catch (error) {
    throw explained(error);
  }
  yield* migrate(call, info, manifest, write);
  yield* warnIfDeleting(call, info);
  markSeen(info, seen);
  return 'serverside-applied';
}

function explained(error: unknown): unknown {
  if (hasReason(error, 'UnsupportedMediaType')) {
    return new Error(`Server-side apply not available on the server: (${asError(error).message})`);
  }
  return hasReason(error, 'Conflict') ? new Error(`${asError(error).message}${CONFLICT_ADVICE}`) : error;
}

/** kubectl finds out the patch itself. Answers what was done. */
function* applyHere(options: ApplyOptions, call: Call, info: Info, seen: Run): Blocking<string> {
  const manifest = objectOf(info);
  const modified = goJson(remembering(manifest, true), 'sorted');
  try {
    yield* fetchInfo(yield* call.client(), info);
  } catch (error) {
    if (isNotFound(error)) return yield* created(options, call, info, manifest, seen);
    throw withSource(
      `retrieving current configuration of:\n${infoText(info)}\nfrom server for:`,
      info.source,
      asError(error),
    );
  }
  markSeen(info, seen);
  if (annotationOf(objectOf(info), LAST_APPLIED) === undefined) {
    yield* call.err(
      `Warning: resource ${objectName(info)} is missing the ${LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n`,
    );
  }
  const { object, unchanged } = yield* applyPatch(call, options, info, `${modified}\n`);
  refresh(info, object);
  yield* warnIfDeleting(call, info);
  return unchanged ? 'unchanged' : 'configured';
}

function* created(options: ApplyOptions, call: Call, info: Info, manifest: JsonObject, seen: Run): Blocking<string> {
  info.object = withoutNulls(remembering(manifest, true));
  if (options.dryRun !== 'client') {
    try {
      const client = yield* call.client();
      const write = applyWriteOptions(options);
      refresh(info, yield* createObject(client, mappingOf(info), info.namespace, info.object, write));
    } catch (error) {
      throw withSource('creating', info.source, asError(error));
    }
  }
  markSeen(info, seen);
  return 'created';
}

/** Fields that are null are left out when an object is made, as they would be taken away by a patch. */
function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).flatMap(([key, value]) => (value === null ? [] : [[key, pruned(value)]])),
  );
}

function pruned(value: JsonValue | undefined): JsonValue | undefined {
  if (isArray(value)) return value.map((item) => pruned(item) ?? null);
  return isObject(value) ? withoutNulls(value) : value;
}

function* warnIfDeleting(call: Call, info: Info): Blocking<void> {
  if (metaText(objectOf(info), 'deletionTimestamp') === '') return;
  const name = metaText(objectOf(info), 'name');
  yield* call.err(`Warning: Detected changes to resource ${name} which is currently being deleted.\n`);
}

function* printAll(options: ApplyOptions, call: Call, infos: readonly Info[]): Blocking<void> {
  const objects = infos.map(objectOf);
  const [first] = objects;
  if (first === undefined) return;
  const list = { apiVersion: 'v1', items: objects, kind: 'List', metadata: {} };
  yield* call.out((yield* printerFor(call, options, '')).print(objects.length > 1 ? list : first));
}
