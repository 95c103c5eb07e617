// kubectl auth reconcile: roles and bindings as files describe them, with what is there already kept.

import { isArray, isObject, type JsonObject, type JsonValue, sameJson } from '../../../../sandbox/kube/json.ts';
import { goValue } from '../../../../sandbox/kube/text.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import { Namespaces } from '../../../../sandbox/schema/generated/resources.ts';
import type { Call } from '../../call.ts';
import { command } from '../../command.ts';
import { objectPrinter, printerOptions } from '../../printers/formats.ts';
import { brokenDown } from '../../rbac.ts';
import { requireFiles } from '../../resource/files.ts';
import { type Info, mappingOf, metaMap, objectOf, withMeta } from '../../resource/info.ts';
import { createObject, deleteObject, getObject, replaceObject, type WriteOptions } from '../../resource/requests.ts';
import { createTyped, getTyped } from '../../resource/typed.ts';
import type { RestClient } from '../../rest/client.ts';
import { hasReason, isNotFound } from '../../rest/status.ts';
import { deleteOptions } from '../shared/deletion.ts';
import { fileOptions } from '../shared/files.ts';
import { type DryRun, dryRunOf, operationText } from '../shared/write.ts';

interface ReconcileOptions {
  readonly dryRun: DryRun;
  readonly namespace: string;
  readonly explicitNamespace: boolean;
}

/** What has to be done, and what differs. */
interface Outcome {
  readonly operation: '' | 'create' | 'update' | 'recreate';
  readonly object: JsonObject;
  readonly missing: readonly JsonObject[];
  readonly extra: readonly JsonObject[];
}

export const reconcile = command<ReconcileOptions>({
  path: 'auth reconcile',
  long: `
Make roles, role bindings, cluster roles and cluster role bindings what their manifests say.

What is missing is added; what is there beyond that stays, unless --remove-extra-permissions or --remove-extra-subjects is given. Namespaces that are missing are made. This is better than apply for these kinds, because it understands their rules.`,
  examples: `
# What a file describes
kubectl auth reconcile -f rbac.yaml`,
  *complete(call) {
    requireFiles(fileOptions(call));
    const dryRun = yield* dryRunOf(call);
    const { namespace, explicit } = yield* call.namespace();
    return { dryRun, namespace, explicitNamespace: explicit };
  },
  *run(options, call) {
    const selected = yield* call.select({
      namespace: options.namespace,
      enforceNamespace: options.explicitNamespace,
      files: fileOptions(call),
      typed: true,
      flatten: true,
      continueOnError: true,
    });
    const printer = yield* objectPrinter(
      call,
      printerOptions(call, { operation: operationText('reconciled', options.dryRun) }),
    );
    yield* selected.visit(function* (info) {
      const { group } = mappingOf(info);
      if (group !== 'rbac.authorization.k8s.io') return;
      const outcome = yield* reconciled(call, options, info);
      yield* tell(call, info, outcome);
      yield* call.out(printer.print(outcome.object));
    });
  },
});

function itemsIn(object: JsonObject, field: string): readonly JsonObject[] {
  const items = object[field];
  return isArray(items) ? items.filter(isObject) : [];
}

function isRole(info: Info): boolean {
  return mappingOf(info).kind.endsWith('Role');
}

function* reconciled(call: Call, options: ReconcileOptions, info: Info): Blocking<Outcome> {
  const client = yield* call.client();
  const mapping = mappingOf(info);
  const wished = objectOf(info);
  const field = isRole(info) ? 'rules' : 'subjects';
  const write = { dryRun: options.dryRun === 'server' };
  let known: JsonObject | undefined;
  try {
    known = yield* getObject(client, mapping, info.namespace, info.name);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  const outcome = decide(call, wished, known, field);
  if (options.dryRun === 'client' || outcome.operation === '') return outcome;
  if (outcome.operation === 'recreate') {
    yield* deleteObject(client, mapping, info.namespace, info.name, deleteOptions('Background', -1));
  }
  if (outcome.operation !== 'update' && mapping.namespaced) yield* ensureNamespace(client, info.namespace, write);
  const object =
    outcome.operation === 'update'
      ? yield* replaceObject(client, info, outcome.object, false, write)
      : yield* createObject(client, mapping, info.namespace, outcome.object, write);
  return { ...outcome, object };
}

/** Who may not see or make namespaces goes on without. */
function* ensureNamespace(client: RestClient, name: string, write: WriteOptions): Blocking<void> {
  try {
    yield* getTyped(client, Namespaces, '', name);
    return;
  } catch (error) {
    if (!isNotFound(error) && !hasReason(error, 'Forbidden')) throw error;
  }
  try {
    yield* createTyped(client, Namespaces, '', { metadata: { name } }, write);
  } catch (error) {
    if (!hasReason(error, 'AlreadyExists') && !hasReason(error, 'Forbidden')) throw error;
  }
}

function decide(call: Call, wished: JsonObject, known: JsonObject | undefined, field: 'rules' | 'subjects'): Outcome {
  const wanted = itemsIn(wished, field);
  if (known === undefined) return { operation: 'create', object: wished, missing: wanted, extra: [] };
  if (field === 'subjects' && !sameJson(known['roleRef'], wished['roleRef'])) {
    return { operation: 'recreate', object: wished, missing: [], extra: [] };
  }
  const there = itemsIn(known, field);
  const missing = field === 'rules' ? uncovered(there, wanted) : without(wanted, there);
  const extra = field === 'rules' ? uncovered(wanted, there) : without(there, wanted);
  const removes = call.flags.bool(field === 'rules' ? 'remove-extra-permissions' : 'remove-extra-subjects');
  const replaced = removes && (missing.length > 0 || extra.length > 0);
  const items = replaced ? wanted : [...there, ...missing];
  const filled = replaced || missing.length > 0 ? { ...known, [field]: items } : known;
  const merged = withMerged(withMerged(filled, wished, 'labels'), wished, 'annotations');
  const changed = !sameJson(merged, known);
  return { operation: changed ? 'update' : '', object: merged, missing, extra: removes ? extra : [] };
}

function withMerged(object: JsonObject, wished: JsonObject, field: 'labels' | 'annotations'): JsonObject {
  const more = metaMap(wished, field);
  if (Object.keys(more).length === 0) return object;
  return withMeta(object, field, { ...metaMap(object, field), ...more });
}

function without(items: readonly JsonObject[], others: readonly JsonObject[]): readonly JsonObject[] {
  return items.filter((item) => !others.some((other) => sameSubject(item, other)));
}

function sameSubject(a: JsonObject, b: JsonObject): boolean {
  return ['kind', 'apiGroup', 'name', 'namespace'].every((field) => (a[field] ?? '') === (b[field] ?? ''));
}

/** What of `rules` isn't allowed by `owners` already. */
function uncovered(owners: readonly JsonObject[], rules: readonly JsonObject[]): readonly JsonObject[] {
  return rules
    .flatMap((rule) => brokenDown({ verbs: [], ...rule }))
    .filter((rule) => !owners.some((owner) => covers(owner, rule as unknown as JsonObject)))
    .map((rule) => rule as unknown as JsonObject);
}

function covers(owner: JsonObject, rule: JsonObject): boolean {
  const has = (field: string): boolean => {
    const own = textsIn(owner, field);
    return own.includes('*') || textsIn(rule, field).every((each) => own.includes(each));
  };
  const names = textsIn(owner, 'resourceNames');
  const named = names.length === 0 || (textsIn(rule, 'resourceNames').length > 0 && has('resourceNames'));
  if (textsIn(rule, 'nonResourceURLs').length > 0) return has('verbs') && has('nonResourceURLs');
  return has('verbs') && has('apiGroups') && has('resources') && named;
}

function textsIn(object: JsonObject, field: string): readonly string[] {
  const texts = object[field];
  return isArray(texts) ? texts.filter((text): text is string => typeof text === 'string') : [];
}

function* tell(call: Call, info: Info, { operation, missing, extra }: Outcome): Blocking<void> {
  if (operation === '') return;
  const what = isRole(info) ? 'rules' : 'subjects';
  const lines = [`reconciliation required ${operation}`];
  if (missing.length > 0) lines.push(`missing ${what} added:`, ...missing.map((item) => `\t${shown(item, what)}`));
  if (extra.length > 0) lines.push(`extra ${what} removed:`, ...extra.map((item) => `\t${shown(item, what)}`));
  yield* call.err(lines.map((line) => `\t${line}\n`).join(''));
}

const FIELDS = {
  rules: ['verbs', 'apiGroups', 'resources', 'resourceNames', 'nonResourceURLs'],
  subjects: ['kind', 'apiGroup', 'name', 'namespace'],
} as const;

/** As Go prints a struct: `{Verbs:[get] APIGroups:[] ...}`. */
function shown(item: JsonObject, what: keyof typeof FIELDS): string {
  const fields = FIELDS[what].map((field) => `${goName(field)}:${valueText(item[field], what)}`);
  return `{${fields.join(' ')}}`;
}

function goName(field: string): string {
  return `${field[0]?.toUpperCase()}${field.slice(1)}`.replace(/^Api/, 'API');
}

function valueText(value: JsonValue | undefined, what: keyof typeof FIELDS): string {
  return value === undefined || value === null ? (what === 'rules' ? '[]' : '') : goValue(value);
}
