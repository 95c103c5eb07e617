// Commands that make an object of one kind from their flags: `create deployment`, `create secret generic`, ...

import type { KubeObject } from '../../../../sandbox/kube/meta.ts';
import type { ResourceType } from '../../../../sandbox/kube/resource.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import type { HelpTexts } from '../../cli/help.ts';
import { type Command, command } from '../../command.ts';
import { fullPath } from '../../data/catalog.ts';
import { asError, usageError } from '../../errors.ts';
import { remembering } from '../../lastapplied.ts';
import { objectPrinter, type PrinterOptions, printerOptions } from '../../printers/formats.ts';
import type { ObjectPrinter } from '../../printers/printer.ts';
import { canonicalObject, createTyped, identified, typeOf } from '../../resource/typed.ts';
import {
  type DryRun,
  dryRunOf,
  type FieldValidation,
  fieldValidationOf,
  operationText,
  writeOptions,
} from '../shared/write.ts';

/** What is made, and where. */
export interface Target {
  readonly name: string;
  /** Metadata's namespace, which only a flag sets. */
  readonly placed: { readonly namespace?: string };
}

export interface GeneratorSteps<T extends KubeObject> extends HelpTexts {
  readonly path: string;
  readonly type: ResourceType<T>;
  readonly required?: readonly string[];
  /** What precedes the server's message when it refuses; without it that is passed on as it came. */
  readonly failure?: string;
  /** An empty name is refused before the server is asked. */
  readonly named?: boolean;
  /** --save-config is taken and does nothing. */
  readonly forgetful?: boolean;
  /** Throws for flags that don't go together. Runs before anything else is looked at. */
  validate?(call: Call, target: Target): Blocking<void>;
  make(call: Call, target: Target): Blocking<T>;
}

interface GeneratorOptions {
  readonly target: Target;
  readonly namespace: string;
  readonly dryRun: DryRun;
  readonly fieldValidation: FieldValidation;
  readonly printer: ObjectPrinter;
}

export function generator<T extends KubeObject>(steps: GeneratorSteps<T>): Command {
  const { path, long, examples, required } = steps;
  return command<GeneratorOptions>({
    path,
    ...(long === undefined ? {} : { long }),
    ...(examples === undefined ? {} : { examples }),
    ...(required === undefined ? {} : { required }),
    *complete(call) {
      const options = yield* completed(call, steps.type);
      if (steps.named && options.target.name === '') throw new Error('name must be specified');
      yield* steps.validate?.(call, options.target) ?? nothing();
      return options;
    },
    *run(options, call) {
      const object = yield* steps.make(call, options.target);
      const wished = !steps.forgetful && call.flags.bool('save-config');
      const annotated = remembering(identified(object, steps.type), wished, typeOf(steps.type)) as T;
      const result = options.dryRun === 'client' ? annotated : yield* created(call, steps, options, annotated);
      yield* call.out(options.printer.print(canonicalObject(result, steps.type)));
    },
  });
}

function* nothing(): Blocking<void> {}

function* completed(call: Call, type: ResourceType): Blocking<GeneratorOptions> {
  const name = nameArgument(call);
  const { namespace, explicit } = type.namespaced ? yield* call.namespace() : { namespace: '', explicit: false };
  yield* call.restConfig();
  const dryRun = yield* dryRunOf(call);
  const operation = operationText('created', dryRun);
  const printer = yield* objectPrinter(call, printerOptions(call, { operation, ...typed(type) }));
  const target = { name, placed: explicit ? { namespace } : {} };
  return { target, namespace, dryRun, printer, fieldValidation: fieldValidationOf(call) };
}

/** The type by which printers order fields. */
export function typed(type: ResourceType): Pick<PrinterOptions, 'type'> {
  const kind = typeOf(type);
  return kind === undefined ? {} : { type: kind };
}

/** The one name that is given; words after `--` are not counted. */
export function nameArgument({ args, argsBeforeDash, path }: Call): string {
  const count = argsBeforeDash === -1 ? args.length : argsBeforeDash;
  const [name] = args;
  if (count === 1 && name !== undefined) return name;
  throw usageError(fullPath(path), `exactly one NAME is required, got ${count}`);
}

/** What follows the name: the command of a container. */
export function commandArguments({ args }: Call): readonly string[] {
  return args.slice(1);
}

function* created<T extends KubeObject>(
  call: Call,
  { type, failure }: GeneratorSteps<T>,
  { namespace, dryRun, fieldValidation }: GeneratorOptions,
  object: T,
): Blocking<T> {
  try {
    const options = writeOptions(call, dryRun, fieldValidation);
    return yield* createTyped(yield* call.client(), type, namespace, object, options);
  } catch (error) {
    if (failure === undefined) throw error;
    throw new Error(`${failure} ${asError(error).message}`);
  }
}
