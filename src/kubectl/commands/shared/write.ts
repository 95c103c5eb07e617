// What all commands that write have in common: trying out (--dry-run), checking (--validate), and saying what was done.

import { quote } from '../../../../sandbox/kube/go/text.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import { parseBool, ValueError } from '../../cli/values.ts';
import type { WriteOptions } from '../../resource/requests.ts';

/** Who only looks at what would happen: nobody, kubectl or the server. */
export type DryRun = 'none' | 'client' | 'server';

/** What is done about fields that a type doesn't have. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

const DRY_RUNS: readonly DryRun[] = ['none', 'client', 'server'];
const VALIDATIONS = new Map<string, FieldValidation>([
  ['strict', 'Strict'],
  ['warn', 'Warn'],
  ['ignore', 'Ignore'],
]);

export function* dryRunOf(call: Call): Blocking<DryRun> {
  const given = call.flags.string('dry-run');
  const meant = booleanOf(given);
  if (meant !== undefined) {
    const dryRun = meant ? 'client' : 'none';
    const advice = `is deprecated (boolean value) and can be replaced with --dry-run=${dryRun}.`;
    yield* call.log.warning(meant ? 'helpers.go:733' : 'helpers.go:736', `--dry-run=${given} ${advice}`);
    return dryRun;
  }
  if (given === 'unchanged') {
    yield* call.log.warning('helpers.go:719', '--dry-run is deprecated and can be replaced with --dry-run=client.');
    return 'client';
  }
  const found = DRY_RUNS.find((each) => each === given);
  if (found !== undefined) return found;
  throw new Error(`Invalid dry-run value (${given}). Must be "none", "server", or "client".`);
}

export function fieldValidationOf({ flags }: Call): FieldValidation {
  const given = flags.string('validate');
  const meant = VALIDATIONS.get(given) ?? booleanOf(given);
  if (typeof meant === 'string') return meant;
  if (meant !== undefined) return meant ? 'Strict' : 'Ignore';
  throw new Error(
    `invalid - validate option ${quote(given)}; must be one of: strict (or true), warn, ignore (or false)`,
  );
}

/** What a text means as a yes or no; undefined when it means neither. */
function booleanOf(text: string): boolean | undefined {
  try {
    return parseBool(text);
  } catch (error) {
    if (error instanceof ValueError) return undefined;
    throw error;
  }
}

/** `created (dry run)`. */
export function operationText(operation: string, dryRun: DryRun): string {
  if (dryRun === 'none') return operation;
  return `${operation} ${dryRun === 'client' ? '(dry run)' : '(server dry run)'}`;
}

/** What is written along with requests; a dry run of kubectl's sends none. */
export function writeOptions(call: Call, dryRun: DryRun, fieldValidation?: FieldValidation): WriteOptions {
  const fieldManager = call.flags.has('field-manager') ? call.flags.string('field-manager') : '';
  return {
    dryRun: dryRun === 'server',
    fieldManager,
    ...(fieldValidation === undefined ? {} : { fieldValidation }),
  };
}
