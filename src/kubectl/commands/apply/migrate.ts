// From client-side to server-side apply: who owned fields as a client-side applier owns them as a server-side one.

import { parseFieldSet, union } from '../../../../sandbox/kube/fields/set.ts';
import { goJson } from '../../../../sandbox/kube/go/text.ts';
import { isArray, isObject, type JsonObject, type JsonValue, own } from '../../../../sandbox/kube/json.ts';
import { apiVersion } from '../../../../sandbox/kube/resource.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import { asError } from '../../errors.ts';
import { LAST_APPLIED, lastApplied } from '../../lastapplied.ts';
import { type Info, mappingOf, metaText, objectOf, refresh } from '../../resource/info.ts';
import { getObject, patchObject, type WriteOptions } from '../../resource/requests.ts';
import { hasReason } from '../../rest/status.ts';

const SERVER_SIDE_MANAGER = 'kubectl';
const ANNOTATION_MANAGER = 'kubectl-last-applied';
const MAX_TRIES = 5;
const LATER = 'This is non-fatal and will be retried next time you apply.';

/** What goes wrong here is said and does no harm: the object has been applied. */
export function* migrate(call: Call, info: Info, manifest: string, write: WriteOptions): Blocking<void> {
  try {
    yield* keepAnnotation(call, info, write);
  } catch (error) {
    const what = 'failed to migrate kubectl.kubernetes.io/last-applied-configuration for Server-Side Apply.';
    yield* call.err(`Warning: ${what} ${LATER} Error: ${asError(error).message}\n`);
    return;
  }
  try {
    if (!(yield* moveOwners(call, info, write))) return;
  } catch (error) {
    const what = 'server rejected managed fields migration to Server-Side Apply.';
    yield* call.err(`Warning: ${what} ${LATER} Error: ${asError(error).message}\n`);
    return;
  }
  try {
    info.object = yield* patchObject(yield* call.client(), info, 'apply', manifest, write);
  } catch (error) {
    const what = 'failed to re-apply configuration after performing Server-Side Apply migration.';
    yield* call.err(`Warning: ${what} ${LATER} Error: ${asError(error).message}\n`);
  }
}

/** The annotation would go with the next server-side apply, if nobody else owned it. */
function* keepAnnotation(call: Call, info: Info, write: WriteOptions): Blocking<void> {
  const object = objectOf(info);
  const annotation = lastApplied(object);
  if (write.fieldManager !== SERVER_SIDE_MANAGER || annotation === undefined) return;
  if (entriesOf(object).some((entry) => entry['operation'] === 'Apply' && ownsAnnotation(entry))) return;
  const mapping = mappingOf(info);
  const namespace = metaText(object, 'namespace');
  const only = {
    apiVersion: apiVersion(mapping),
    kind: mapping.kind,
    metadata: {
      annotations: { [LAST_APPLIED]: annotation },
      name: metaText(object, 'name'),
      ...(namespace === '' ? {} : { namespace }),
    },
  };
  const { force: _, ...rest } = write;
  const options = { ...rest, fieldManager: ANNOTATION_MANAGER };
  const patch = `${goJson(only, 'sorted')}\n`;
  refresh(info, yield* patchObject(yield* call.client(), info, 'apply', patch, options));
}

/** Answers whether anything had to be moved. */
function* moveOwners(call: Call, info: Info, write: WriteOptions): Blocking<boolean> {
  const { force: _, ...options } = write;
  const names = new Set(
    entriesOf(objectOf(info))
      .filter((entry) => entry['operation'] === 'Update' && ownsAnnotation(entry))
      .map((entry) => String(entry['manager'])),
  );
  for (let attempt = 1; ; attempt++) {
    const moved = withMovedOwners(objectOf(info), names, options.fieldManager ?? '');
    if (moved === undefined) return false;
    const patch = goJson(
      [
        { op: 'replace', path: '/metadata/managedFields', value: moved },
        { op: 'replace', path: '/metadata/resourceVersion', value: metaText(objectOf(info), 'resourceVersion') },
      ],
      'sorted',
    );
    const client = yield* call.client();
    try {
      refresh(info, yield* patchObject(client, info, 'json', patch, options));
      return true;
    } catch (error) {
      if (!hasReason(error, 'Conflict') || attempt >= MAX_TRIES) throw error;
      refresh(info, yield* getObject(client, mappingOf(info), info.namespace, info.name));
    }
  }
}

/** The entries after all of the client-side appliers' fields went to the server-side one; undefined when none did. */
function withMovedOwners(
  object: JsonObject,
  names: ReadonlySet<string>,
  manager: string,
): readonly JsonObject[] | undefined {
  let entries = entriesOf(object);
  const before = entries;
  for (const name of names) entries = movedFrom(entries, name, manager);
  return entries === before ? undefined : entries;
}

function movedFrom(entries: readonly JsonObject[], name: string, manager: string): readonly JsonObject[] {
  const isOld = (entry: JsonObject): boolean => is(entry, name, 'Update');
  const known = entries.findIndex((entry) => is(entry, manager, 'Apply'));
  const target = known >= 0 ? known : entries.findIndex(isOld);
  const entry = entries[target];
  if (entry === undefined || !entries.some(isOld)) return entries;
  const old = entries.find((each) => isOld(each) && each['apiVersion'] === entry['apiVersion']);
  const fields = union(parseFieldSet(entry['fieldsV1'] ?? {}), parseFieldSet(old?.['fieldsV1'] ?? {}));
  const merged: JsonObject = { ...entry, operation: 'Apply', manager, fieldsV1: fields };
  return entries.flatMap((each, i) => (i === target ? [merged] : isOld(each) ? [] : [each]));
}

function is(entry: JsonObject, manager: string, operation: string): boolean {
  return entry['manager'] === manager && entry['operation'] === operation && !entry['subresource'];
}

function entriesOf(object: JsonObject): readonly JsonObject[] {
  const { metadata } = object;
  const fields = isObject(metadata) ? metadata['managedFields'] : undefined;
  return isArray(fields) ? fields.filter(isObject) : [];
}

function ownsAnnotation(entry: JsonObject): boolean {
  const path = ['f:metadata', 'f:annotations', `f:${LAST_APPLIED}`];
  let at: JsonValue | undefined = entry['fieldsV1'];
  for (const key of path) at = isObject(at) ? own(at, key) : undefined;
  return at !== undefined;
}
