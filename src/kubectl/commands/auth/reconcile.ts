// kubectl auth reconcile: roles and bindings as files describe them, with what is there already kept.

import { goValue } from '../../../../sandbox/kube/go/text.ts';
import { isObject, type JsonObject, type JsonValue } from '../../../../sandbox/kube/json.ts';
import { parseApiVersion, type ResourceType } from '../../../../sandbox/kube/resource.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import {
  ClusterRoleBindings,
  ClusterRoles,
  Namespaces,
  RoleBindings,
  Roles,
} from '../../../../sandbox/schema/generated/resources.ts';
import type { Call } from '../../call.ts';
import { command } from '../../command.ts';
import { objectPrinter, printerOptions } from '../../printers/formats.ts';
import { requireFiles } from '../../resource/files.ts';
import { metaText } from '../../resource/info.ts';
import { canonicalObject, createTyped, deleteTyped, getTyped, updateTyped } from '../../resource/typed.ts';
import type { RestClient } from '../../rest/client.ts';
import { hasReason, isNotFound } from '../../rest/status.ts';
import { fileOptions } from '../shared/files.ts';
import { dryRunOf, operationText } from '../shared/write.ts';
import { type Outcome, reconciledBinding, reconciledRole } from './reconciliation.ts';

interface ReconcileOptions {
  readonly dryRun: boolean;
  readonly namespace: string;
  readonly explicitNamespace: boolean;
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
    if (dryRun === 'server') throw new Error('--dry-run=server for command reconcile is not supported yet');
    const { namespace, explicit } = yield* call.namespace();
    yield* call.restConfig();
    return { dryRun: dryRun === 'client', namespace, explicitNamespace: explicit };
  },
  *run(options, call) {
    const selected = yield* call.select({
      namespace: options.namespace,
      enforceNamespace: options.explicitNamespace,
      files: fileOptions(call),
      typed: true,
      flatten: true,
      local: true,
      continueOnError: true,
    });
    const operation = operationText('reconciled', options.dryRun ? 'client' : 'none');
    const printer = yield* objectPrinter(call, printerOptions(call, { operation, typed: true }));
    yield* selected.visit(function* ({ object, name, namespace }) {
      if (!isObject(object)) return;
      const type = reconcilable(object);
      if (type === undefined) return;
      const wished = { type, name, namespace: type.namespaced ? namespace : '', object };
      const outcome = yield* reconciled(call, options, wished);
      yield* call.out(printer.print(outcome.object));
      yield* tell(call, type, outcome);
    });
  },
});

const TYPES = [Roles, RoleBindings, ClusterRoles, ClusterRoleBindings];

/** The type of an object; undefined for what isn't about permissions. Other versions can't be read at all. */
function reconcilable({ apiVersion, kind }: JsonObject): ResourceType | undefined {
  const { group } = parseApiVersion(String(apiVersion));
  return TYPES.find((each) => each.group === group && each.kind === kind);
}

function itemsOf({ kind }: ResourceType): 'rules' | 'subjects' {
  return kind.endsWith('Role') ? 'rules' : 'subjects';
}

interface Wished {
  readonly type: ResourceType;
  readonly name: string;
  readonly namespace: string;
  readonly object: JsonObject;
}

/** How often somebody else may come in between. */
const ATTEMPTS_MAX = 3;

function* reconciled(call: Call, options: ReconcileOptions, wished: Wished): Blocking<Outcome> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const outcome = decide(call, wished, yield* known(call, wished));
    if (options.dryRun || outcome.isProtected || outcome.operation === '') return outcome;
    try {
      return { ...outcome, object: yield* written(call, wished, outcome) };
    } catch (error) {
      const meanwhile = outcome.operation === 'update' ? isNotFound(error) : hasReason(error, 'AlreadyExists');
      if (!meanwhile && !hasReason(error, 'Conflict')) throw error;
    }
  }
  throw new Error('exceeded maximum attempts');
}

function* known(call: Call, { type, namespace, name }: Wished): Blocking<JsonObject | undefined> {
  try {
    return canonicalObject(yield* getTyped(yield* call.client(), type, namespace, name), type);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function decide({ flags }: Call, { type, object }: Wished, current: JsonObject | undefined): Outcome {
  const wanted = canonicalObject(object, type);
  return itemsOf(type) === 'rules'
    ? reconciledRole(wanted, current, flags.bool('remove-extra-permissions'))
    : reconciledBinding(wanted, current, flags.bool('remove-extra-subjects'));
}

function* written(
  call: Call,
  { type, namespace, name }: Wished,
  { operation, object, current }: Outcome,
): Blocking<JsonObject> {
  const client = yield* call.client();
  if (operation === 'update') return canonicalObject(yield* updateTyped(client, type, object), type);
  if (operation === 'recreate') {
    const uid = metaText(current ?? {}, 'uid');
    try {
      yield* deleteTyped(client, type, namespace, name, { uid });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  if (type.namespaced) yield* ensureNamespace(client, namespace);
  return canonicalObject(yield* createTyped(client, type, namespace, object), type);
}

/** Who may not see or make namespaces goes on without. */
function* ensureNamespace(client: RestClient, name: string): Blocking<void> {
  try {
    yield* getTyped(client, Namespaces, '', name);
    return;
  } catch (error) {
    if (!isNotFound(error) && !hasReason(error, 'Forbidden')) throw error;
  }
  try {
    yield* createTyped(client, Namespaces, '', { metadata: { name } });
  } catch (error) {
    if (!hasReason(error, 'AlreadyExists') && !hasReason(error, 'Forbidden')) throw error;
  }
}

const PROTECTED = ', but object opted out (rbac.authorization.kubernetes.io/autoupdate: false)';

function* tell(call: Call, type: ResourceType, { operation, missing, extra, isProtected }: Outcome): Blocking<void> {
  if (operation === '') return;
  const what = itemsOf(type);
  const removes = call.flags.bool(what === 'rules' ? 'remove-extra-permissions' : 'remove-extra-subjects');
  const lines = [`reconciliation required ${operation}${isProtected ? PROTECTED : ''}`];
  if (missing.length > 0) lines.push(`missing ${what} added:`, ...missing.map((item) => `\t${shown(item, what)}`));
  if (removes && extra.length > 0) {
    lines.push(`extra ${what} removed:`, ...extra.map((item) => `\t${shown(item, what)}`));
  }
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
