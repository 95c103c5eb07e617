// What `kubectl apply` is told, and which of it can't be together.

import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import { usageError } from '../../errors.ts';
import { objectPrinter, printerOptions } from '../../printers/formats.ts';
import type { ObjectPrinter } from '../../printers/printer.ts';
import { requireFiles } from '../../resource/files.ts';
import type { WriteOptions } from '../../resource/requests.ts';
import { cascadeOf, type Propagation } from '../shared/deletion.ts';
import { fileOptions } from '../shared/files.ts';
import { type DryRun, dryRunOf, type FieldValidation, fieldValidationOf, operationText } from '../shared/write.ts';
import { type PruneKind, pruneKinds } from './prunekinds.ts';

export interface ApplyOptions {
  readonly serverSide: boolean;
  readonly dryRun: DryRun;
  readonly fieldManager: string;
  /** Empty: the query doesn't say. */
  readonly fieldValidation: FieldValidation | '';
  readonly cascade: Propagation;
  readonly namespace: string;
  readonly explicitNamespace: boolean;
  /** Kinds among which objects are pruned; undefined when nothing is. */
  readonly prune: readonly PruneKind[] | undefined;
  /** What the object that is there must still be. */
  readonly resourceVersion?: string;
}

const SERVER_SIDE_MANAGER = 'kubectl';
const CLIENT_SIDE_MANAGER = 'kubectl-client-side-apply';

export function* applyOptions(call: Call): Blocking<ApplyOptions> {
  const { flags, args } = call;
  if (args.length > 0) throw usageError('kubectl apply', `Unexpected args: [${args.join(' ')}]`);
  const serverSide = flags.bool('server-side');
  const dryRun = yield* dryRunOf(call);
  yield* call.restConfig();
  const manager = serverSide ? SERVER_SIDE_MANAGER : CLIENT_SIDE_MANAGER;
  const cascade = yield* cascadeOf(call);
  requireFiles(fileOptions(call));
  const fieldValidation = fieldValidationOf(call);
  const { namespace, explicit } = yield* call.namespace();
  const allowlist = flags.strings('prune-allowlist');
  return {
    serverSide,
    dryRun,
    fieldManager: flags.changed('field-manager') ? flags.string('field-manager') : manager,
    fieldValidation,
    cascade,
    namespace,
    explicitNamespace: explicit,
    prune: flags.bool('prune') ? yield* pruneKinds(yield* call.mapper(), allowlist) : undefined,
  };
}

export function confirmApply({ serverSide, dryRun, prune }: ApplyOptions, { flags }: Call): void {
  const [force, all, selector] = [flags.bool('force'), flags.bool('all'), flags.string('selector')];
  const refuse = (wrong: boolean, message: string): void => {
    if (wrong) throw new Error(message);
  };
  refuse(flags.bool('force-conflicts') && !serverSide, '--force-conflicts only works with --server-side');
  refuse(
    dryRun === 'client' && serverSide,
    "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)",
  );
  refuse(serverSide && force, '--force cannot be used with --server-side');
  refuse(dryRun === 'server' && force, '--dry-run=server cannot be used with --force');
  refuse(all && selector !== '', 'cannot set --all and --selector at the same time');
  if (prune !== undefined) {
    refuse(force, '--force cannot be used with --prune');
    refuse(
      !all && selector === '',
      'all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector',
    );
    refuse(serverSide, "--prune is in alpha and doesn't currently work on objects created by server-side apply");
  }
  refuse(flags.string('subresource') !== '' && !serverSide, '--subresource can only be specified for --server-side');
}

/** What goes along with each request that writes an object. */
export function applyWriteOptions({ dryRun, fieldManager, fieldValidation }: ApplyOptions): WriteOptions {
  return { dryRun: dryRun === 'server', fieldManager, fieldValidation };
}

/** Whether objects are printed in full, when all is done. */
export function printsObjects({ flags }: Call): boolean {
  return !['', 'name'].includes(flags.string('output'));
}

/** A printer that says what was done. */
export function* printerFor(call: Call, { dryRun }: ApplyOptions, operation: string): Blocking<ObjectPrinter> {
  return yield* objectPrinter(call, printerOptions(call, { operation: operationText(operation, dryRun) }));
}
