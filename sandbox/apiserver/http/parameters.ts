// Options of requests as they stand in the query: read as Go reads them into its option structs, then checked.

import {
  type FieldError,
  forbiddenField,
  invalid,
  invalidObject,
  notSupported,
  required,
  tooLong,
} from '../../kube/fielderrors.ts';
import { integerError } from '../../kube/go/integer.ts';
import { byteLength } from '../../kube/go/text.ts';
import type { DeleteOptions, WatchOptions, WriteOptions } from '../../kube/operation.ts';
import { badRequest } from '../../kube/status.ts';
import { checkSelectors } from '../selection.ts';
import { firstOf, type Query } from './query.ts';

const META = 'meta.k8s.io';

/** ListOptions, for lists and watches alike. */
export interface ListParameters extends WatchOptions {
  readonly watch: boolean;
}

export function readListOptions(query: Query): ListParameters {
  const timeoutSeconds = integer(query, 'timeoutSeconds');
  const limit = integer(query, 'limit');
  const sendInitialEvents = query.has('sendInitialEvents') ? flag(query, 'sendInitialEvents') : undefined;
  return {
    watch: flag(query, 'watch'),
    ...texts(query, [
      'labelSelector',
      'fieldSelector',
      'resourceVersion',
      'resourceVersionMatch',
      'continue',
      'metricLabelSelector',
    ]),
    ...(flag(query, 'allowWatchBookmarks') ? { allowWatchBookmarks: true } : {}),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    ...(limit === undefined ? {} : { limit }),
    ...(sendInitialEvents === undefined ? {} : { sendInitialEvents }),
  };
}

/** A watch of the old kind, from no version, begins with what is there: as if it had asked for that. */
export function withListDefaults(options: ListParameters): ListParameters {
  const { watch, sendInitialEvents, resourceVersionMatch = '', resourceVersion = '' } = options;
  if (!watch || sendInitialEvents !== undefined || resourceVersionMatch !== '') return options;
  if (resourceVersion !== '' && resourceVersion !== '0') return options;
  return { ...options, sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' };
}

/** Throws BadRequest when a selector can't be read, which comes first, and Invalid. */
export function checkListOptions(options: ListParameters): void {
  const errors = [...(options.watch ? watchErrors(options) : listErrors(options))];
  if (errors.length > 0) checkSelectors(options);
  refuse('ListOptions', errors);
}

function* listErrors(options: ListParameters): Iterable<FieldError> {
  const { resourceVersionMatch: match = '', resourceVersion = '', sendInitialEvents } = options;
  const field = 'resourceVersionMatch';
  if (match !== '') {
    if (resourceVersion === '') yield forbiddenField(field, `${field} is forbidden unless resourceVersion is provided`);
    if ((options.continue ?? '') !== '') yield forbiddenField(field, `${field} is forbidden when continue is provided`);
    if (match !== 'Exact' && match !== 'NotOlderThan') yield notSupported(field, match, ['Exact', 'NotOlderThan', '']);
    if (match === 'Exact' && resourceVersion === '0') {
      yield forbiddenField(field, `${field} "exact" is forbidden for resourceVersion "0"`);
    }
  }
  if (sendInitialEvents !== undefined) {
    yield forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list');
  }
}

function* watchErrors(options: ListParameters): Iterable<FieldError> {
  const { resourceVersionMatch: match = '', sendInitialEvents } = options;
  const field = 'resourceVersionMatch';
  if (sendInitialEvents !== undefined && match !== 'NotOlderThan') {
    yield forbiddenField(field, `sendInitialEvents requires setting ${field} to NotOlderThan`);
  }
  if (match === '') return;
  if (sendInitialEvents === undefined) {
    yield forbiddenField(field, `${field} is forbidden for watch unless sendInitialEvents is provided`);
  }
  if (match !== 'NotOlderThan') yield notSupported(field, match, ['NotOlderThan']);
  if ((options.continue ?? '') !== '') yield forbiddenField(field, `${field} is forbidden when continue is provided`);
}

/** What a write's query says, unchecked. */
export interface WriteParameters {
  readonly dryRun: readonly string[];
  readonly fieldManager: string;
  readonly fieldValidation: string;
  readonly force: boolean | undefined;
}

export function readWriteOptions(query: Query): WriteParameters {
  return {
    dryRun: query.get('dryRun') ?? [],
    fieldManager: firstOf(query, 'fieldManager') ?? '',
    fieldValidation: firstOf(query, 'fieldValidation') ?? '',
    force: query.has('force') ? flag(query, 'force') : undefined,
  };
}

/** Throws Invalid; `patch` has rules of its own, and those of `apply` differ. */
export function checkWriteOptions(
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
  options: WriteParameters,
  apply = false,
): WriteOptions {
  const { fieldManager, fieldValidation, force, dryRun } = options;
  refuse(kind, [
    ...(kind === 'PatchOptions' ? patchErrors(options, apply) : []),
    ...managerErrors(fieldManager),
    ...dryRunErrors(dryRun),
    ...validationErrors(fieldValidation),
  ]);
  return {
    ...(dryRun.length > 0 ? { dryRun: true } : {}),
    ...(fieldManager === '' ? {} : { fieldManager }),
    fieldValidation: fieldValidation === 'Strict' || fieldValidation === 'Ignore' ? fieldValidation : 'Warn',
    ...(force === undefined ? {} : { force }),
  };
}

function* patchErrors({ fieldManager, force }: WriteParameters, apply: boolean): Iterable<FieldError> {
  if (apply && fieldManager === '') yield required('fieldManager', 'is required for apply patch');
  if (!apply && force !== undefined) yield forbiddenField('force', 'may not be specified for non-apply patch');
}

const MANAGER_BYTES_MAX = 128;

function* managerErrors(manager: string): Iterable<FieldError> {
  if (byteLength(manager) > MANAGER_BYTES_MAX) yield tooLong('fieldManager', MANAGER_BYTES_MAX);
  let position = 0;
  for (const character of manager) {
    if (!/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(character)) {
      const where = `(at position ${position})`;
      yield invalid('fieldManager', manager, `invalid character ${codePoint(character)} ${where}`);
    }
    position += byteLength(character);
  }
}

/** Go's `%#U` of a character that can't be printed. */
function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function* dryRunErrors(values: readonly string[]): Iterable<FieldError> {
  if (values.every((value) => value === 'All')) return;
  yield notSupported('dryRun', [...values], ['All']);
}

function* validationErrors(value: string): Iterable<FieldError> {
  const allowed = ['', 'Ignore', 'Strict', 'Warn'];
  if (!allowed.includes(value)) yield notSupported('fieldValidation', value, allowed);
}

/** What a deletion's query or body says, unchecked. */
export interface DeleteParameters {
  readonly dryRun: readonly string[];
  readonly gracePeriodSeconds: number | undefined;
  readonly propagationPolicy: string | undefined;
  readonly orphanDependents: boolean | undefined;
  readonly preconditions: { readonly uid?: string; readonly resourceVersion?: string } | undefined;
}

export function readDeleteOptions(query: Query): DeleteParameters {
  const [uid = '', resourceVersion = ''] = ['uid', 'resourceVersion'].map((name) => firstOf(query, name));
  const preconditions = { ...(uid === '' ? {} : { uid }), ...(resourceVersion === '' ? {} : { resourceVersion }) };
  return {
    dryRun: query.get('dryRun') ?? [],
    gracePeriodSeconds: integer(query, 'gracePeriodSeconds'),
    orphanDependents: query.has('orphanDependents') ? flag(query, 'orphanDependents') : undefined,
    propagationPolicy: firstOf(query, 'propagationPolicy'),
    preconditions: Object.keys(preconditions).length === 0 ? undefined : preconditions,
  };
}

export function checkDeleteOptions(options: DeleteParameters): DeleteOptions {
  const { dryRun, gracePeriodSeconds, propagationPolicy, orphanDependents, preconditions } = options;
  refuse('DeleteOptions', [...deleteErrors(options), ...dryRunErrors(dryRun)]);
  return {
    ...(dryRun.length > 0 ? { dryRun: true } : {}),
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(isPolicy(propagationPolicy) ? { propagationPolicy } : {}),
    ...(orphanDependents === undefined ? {} : { orphanDependents }),
    ...(preconditions === undefined ? {} : { preconditions }),
  };
}

type Policy = 'Foreground' | 'Background' | 'Orphan';
const POLICIES: readonly string[] = ['Foreground', 'Background', 'Orphan'];

function isPolicy(value: string | undefined): value is Policy {
  return value !== undefined && POLICIES.includes(value);
}

function* deleteErrors({ propagationPolicy, orphanDependents }: DeleteParameters): Iterable<FieldError> {
  if (propagationPolicy === undefined) return;
  if (orphanDependents !== undefined) {
    const why = 'orphanDependents and deletionPropagation cannot be both set';
    yield invalid('propagationPolicy', propagationPolicy, why);
  }
  if (!isPolicy(propagationPolicy)) yield notSupported('propagationPolicy', propagationPolicy, [...POLICIES, 'nil']);
}

function refuse(kind: string, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalidObject({ group: META, kind }, '', errors);
}

function texts<K extends string>(query: Query, names: readonly K[]): { readonly [key in K]?: string } {
  const found = names.flatMap((name) => {
    const value = firstOf(query, name) ?? '';
    return value === '' ? [] : [[name, value] as const];
  });
  return Object.fromEntries(found) as { readonly [key in K]?: string };
}

/** Only `0` and `false` are no: an empty value is yes. */
export function flag(query: Query, name: string): boolean {
  const value = firstOf(query, name);
  return value !== undefined && value !== '0' && value.toLowerCase() !== 'false';
}

/** Throws BadRequest in Go's words. */
export function integer(query: Query, name: string): number | undefined {
  const value = firstOf(query, name);
  if (value === undefined) return undefined;
  const problem = integerError(value, 'strconv.ParseInt');
  if (problem !== undefined) throw badRequest(problem);
  return Number(value);
}
