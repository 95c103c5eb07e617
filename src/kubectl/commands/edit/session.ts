// One session of editing: objects as text, the editor, and what came out of it, again and again until it is right.

import { goJson, quote } from '../../../../sandbox/kube/go/text.ts';
import { type JsonObject, sameJson } from '../../../../sandbox/kube/json.ts';
import { groupResource } from '../../../../sandbox/kube/resource.ts';
import { StatusError } from '../../../../sandbox/kube/status.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import { asError, ExitError } from '../../errors.ts';
import { statOf, writeFile } from '../../files.ts';
import { remembering } from '../../lastapplied.ts';
import { kyamlPrinter } from '../../printers/kyaml.ts';
import { namePrinter, type ObjectPrinter, omitManagedFields } from '../../printers/printer.ts';
import { readDocuments } from '../../resource/documents.ts';
import { type Info, mappingOf, metaText, objectOf } from '../../resource/info.ts';
import { createValidator } from '../../resource/validation.ts';
import { hasReason, isNotFound } from '../../rest/status.ts';
import { indentedJson } from '../../text/json.ts';
import { parseYaml, writeYaml } from '../../text/yaml.ts';
import { recorded } from '../shared/record.ts';
import type { FieldValidation } from '../shared/write.ts';
import { editText } from './editor.ts';

export interface EditSession {
  readonly infos: readonly Info[];
  /** yaml, json or kyaml. */
  readonly output: string;
  readonly fieldValidation: FieldValidation;
  /** Where objects of files belong. */
  readonly namespace: string;
  /** The first lines of the text, for the reader. */
  readonly intro: string;
  readonly saveConfig: boolean;
  /** Makes the cluster what the text says of one object. Answers what was done; throws what the server says. */
  save(edited: Info, original: Info | undefined): Blocking<string>;
}

export const INTRO = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`;

/** What was wrong with the last try. */
interface Round {
  /** Lines for the head of the text, without their marks. */
  readonly reasons: readonly string[];
  /** What was written, where it has to be looked at again. */
  readonly text: string | undefined;
  readonly file: string;
}

export function* runEditSession(call: Call, session: EditSession): Blocking<void> {
  const printed = printerOf(session).print(originalObject(session.infos));
  let round: Round = { reasons: [], text: undefined, file: '' };
  for (;;) {
    const next = yield* editOnce(call, session, printed, round);
    if (next === undefined) return;
    round = next;
  }
}

function originalObject(infos: readonly Info[]): JsonObject {
  const objects = infos.map((info) => omitManagedFields(objectOf(info)));
  const [only] = objects;
  if (only !== undefined && objects.length === 1) return only;
  return { apiVersion: 'v1', items: objects, kind: 'List', metadata: {} };
}

function printerOf({ output }: EditSession): ObjectPrinter {
  if (output === 'json') return { print: (object) => `${indentedJson(object)}\n` };
  return output === 'kyaml' ? kyamlPrinter() : { print: writeYaml };
}

function* editOnce(call: Call, session: EditSession, printed: string, last: Round): Blocking<Round | undefined> {
  const { sys } = call;
  const isYaml = session.output !== 'json';
  const head = isYaml ? session.intro + last.reasons.map((line) => `# ${line}\n`).join('') : '';
  const reasons = isYaml && last.reasons.length > 0 ? '#\n' : '';
  const text = `${head}${reasons}${last.text === undefined ? printed : withoutComments(last.text)}`;
  let file: string;
  let edited: string;
  try {
    ({ file, text: edited } = yield* editText(sys, text, isYaml ? '.yaml' : '.json'));
  } catch (error) {
    throw yield* preserved(call, error, last.file);
  }
  if (last.text !== undefined && meaning(last.text) === meaning(edited)) {
    throw yield* preserved(call, new Error('Edit cancelled, no valid changes were saved.'), file);
  }
  if (last.file !== '') remove(call, last.file);
  const invalid = yield* validationError(call, session, edited);
  if (invalid !== undefined) {
    const [first] = session.infos;
    yield* call.err(`error: ${first === undefined ? '' : nameOf(first)} is invalid\n`);
    return { reasons: [`${first === undefined ? '' : nameOf(first)} was not valid:`, ...invalid], text: edited, file };
  }
  if (meaning(printed) === meaning(edited)) {
    remove(call, file);
    yield* call.err('Edit cancelled, no changes made.\n');
    return undefined;
  }
  if (withoutComments(edited).trim() === '') {
    remove(call, file);
    yield* call.err('Edit cancelled, saved file was empty.\n');
    return undefined;
  }
  return yield* saveAll(call, session, edited, file);
}

function* saveAll(call: Call, session: EditSession, edited: string, file: string): Blocking<Round | undefined> {
  let infos: readonly Info[];
  try {
    yield* writeFile(call.sys, file, edited, 0o600);
    const selected = yield* call.select({
      namespace: session.namespace,
      enforceNamespace: true,
      files: { filenames: [file], kustomize: '', recursive: false },
      flatten: true,
      continueOnError: true,
    });
    infos = yield* selected.infos();
  } catch (error) {
    return { reasons: [`The edited file had a syntax error: ${asError(error).message}`], text: edited, file };
  }
  const reasons: string[] = [];
  const count = { retryable: 0, missing: 0, invalid: 0 };
  for (const info of infos) {
    info.object = recorded(call, session.saveConfig ? remembering(objectOf(info), true) : objectOf(info));
    const uid = metaText(objectOf(info), 'uid');
    const original = session.infos.find((each) => metaText(objectOf(each), 'uid') === uid);
    try {
      const done = yield* session.save(info, original);
      yield* call.out(namePrinter(done).print(objectOf(info)));
    } catch (error) {
      if (!(error instanceof StatusError)) throw yield* preserved(call, error, file);
      yield* call.err(`${refusal(info, error, reasons, count)}\n`);
    }
  }
  if (count.retryable > 0) {
    yield* call.err(`You can run \`kubectl replace -f ${file}\` to try this update again.\n`);
    throw new ExitError(1);
  }
  if (count.missing > 0) {
    yield* call.err(`The edits you made on deleted resources have been saved to ${quote(file)}\n`);
    throw new ExitError(1);
  }
  if (count.invalid > 0) return { reasons, text: edited, file };
  remove(call, file);
  return undefined;
}

function nameOf(info: Info): string {
  return `${groupResource(mappingOf(info))} ${quote(info.name)}`;
}

/** What is said about an object that the server doesn't take, and how it is counted. */
function refusal(
  info: Info,
  error: StatusError,
  reasons: string[],
  count: { retryable: number; missing: number; invalid: number },
): string {
  const name = nameOf(info);
  if (hasReason(error, 'Invalid')) {
    count.invalid++;
    const causes = error.status.details?.causes ?? [];
    reasons.push(`${name} was not valid${causes.length > 0 ? ':' : ''}`);
    reasons.push(...causes.map(({ field, message }) => `* ${field ?? ''}: ${message ?? ''}`.replaceAll('\n', '\n# ')));
    return `error: ${name} is invalid`;
  }
  if (isNotFound(error)) {
    count.missing++;
    return `error: ${name} could not be found on the server`;
  }
  count.retryable++;
  return `error: ${name} could not be patched: ${error.message}`;
}

/** Why the text can't be taken, line by line; undefined where it can. */
function* validationError(
  call: Call,
  { fieldValidation }: EditSession,
  text: string,
): Blocking<readonly string[] | undefined> {
  if (fieldValidation === 'Ignore' || withoutComments(text).trim() === '') {
    return withoutComments(text).trim() === '' && fieldValidation !== 'Ignore'
      ? ['* The edited file is empty']
      : undefined;
  }
  try {
    const validate = createValidator(call, fieldValidation);
    for (const document of readDocuments(text)) yield* validate(document);
    return undefined;
  } catch (error) {
    const why = JSON.stringify(asError(error).message);
    return [`* <nil>: Invalid value: "The edited file failed validation": ${why.slice(1, -1)}`];
  }
}

/** What a text says, whatever its comments and its layout. */
function meaning(text: string): string {
  try {
    return goJson(parseYaml(text), 'sorted');
  } catch {
    return withoutComments(text);
  }
}

function withoutComments(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n');
}

function remove({ sys }: Call, file: string): void {
  if (statOf(sys, file) !== undefined) sys.unlink(file);
}

/** Nothing that was written is lost. Answers the error that ends the session. */
function* preserved(call: Call, error: unknown, file: string): Blocking<Error> {
  if (file !== '' && statOf(call.sys, file) !== undefined) {
    yield* call.err(`A copy of your changes has been stored to ${quote(file)}\n`);
  }
  return asError(error);
}

/** Whether the editing changed nothing about an object. */
export function isSame(edited: Info, original: Info | undefined): boolean {
  return original !== undefined && sameJson(omitManagedFields(objectOf(edited)), omitManagedFields(objectOf(original)));
}
