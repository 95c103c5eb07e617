// Bodies of requests: bytes of one of three formats become an object of the kind that the request is about. What is
// refused here is refused with the message of the Status that a client sees (400, BadRequest).

import { quote } from '../kube/go/text.ts';
import { isObject, type JsonObject, type JsonValue } from '../kube/json.ts';
import { apiVersion, type GroupVersionKind } from '../kube/resource.ts';
import type { KindType } from '../kube/structure.ts';
import { decode } from './decode/decode.ts';
import { kindIn, unreadable, withDefaults } from './decode/kind.ts';
import { duplicatesIn } from './decode/unstructured.ts';
import { DecodingError } from './errors.ts';
import { parseJson } from './json/parse.ts';
import type { ParsedJson } from './json/reader.ts';
import { decodeMessage, readEnvelope } from './protobuf/envelope.ts';
import { aliasOf } from './rows.ts';
import { registeredType } from './schema.ts';
import { parseYaml } from './yaml/parse.ts';

export type BodyFormat = 'json' | 'yaml' | 'protobuf';

export interface ReadBody {
  /** What the body says it is, with what it left out taken from the request. Its version may not be the request's. */
  readonly gvk: GroupVersionKind;
  /** In canonical form. */
  readonly value: JsonObject;
  /** What strict field validation refuses (`strict decoding error: ` and these joined by `, `) and lenient warns of. */
  readonly strict: readonly string[];
}

/** What a body is to be, and other versions of it that differ in nothing. */
export interface ExpectedKind extends KindType {
  readonly alike?: readonly string[];
}

/** Reads an object of a kind of Kubernetes' own. Throws a DecodingError. */
export function readBody(bytes: Uint8Array, format: BodyFormat, expected: ExpectedKind): ReadBody {
  return reading(bytes, expected.kind, (place) => {
    if (format === 'protobuf') return readProtobufBody(bytes, expected, place);
    const { parsed, strict } = readText(bytes, format);
    const found = kindIn(parsed.value, parsed.notes);
    place.gvk = withDefaults(found, expected);
    const kind = decodedAs(place.gvk, expected);
    const decoded = decode(parsed, kind.type);
    checkConversion(kind, expected);
    return { gvk: place.gvk, value: decoded.value, strict: [...strict, ...decoded.strict] };
  });
}

/** The same for a document that is parsed already, as patches make them from what is `known`. Throws a DecodingError. */
export function readDocument(value: JsonValue, expected: KindType, known?: JsonObject): ReadBody {
  const gvk = withDefaults(kindIn(value), expected);
  const kind = decodedAs(gvk, expected);
  // What is known is of the expected type: as another kind it has to be read anew.
  const decoded = decode({ value }, kind.type, kind === expected ? known : undefined);
  checkConversion(kind, expected);
  return { gvk, value: decoded.value, strict: decoded.strict };
}

/** Reads a custom resource: without a type, so only what stands twice is reported. Throws a DecodingError. */
export function readCustomBody(bytes: Uint8Array, format: BodyFormat, expected: GroupVersionKind): ReadBody {
  return reading(bytes, expected.kind, (place) => {
    if (format === 'protobuf') throw new DecodingError('object *unstructured.Unstructured has no protobuf');
    const { parsed, strict } = readText(bytes, format);
    const found = kindIn(parsed.value, parsed.notes);
    place.gvk = withDefaults(found, expected);
    if (found.kind === '') throw new DecodingError(`Object 'Kind' is missing in '${textOf(bytes)}'`);
    const value = isObject(parsed.value) ? parsed.value : {};
    return { gvk: place.gvk, value, strict: [...strict, ...duplicatesIn(parsed)] };
  });
}

/** What strict validation found, as the texts of Warnings: of YAML each line is one. */
export function strictWarnings(strict: readonly string[]): readonly string[] {
  return strict.flatMap((text) => {
    const yaml = /^(?:error converting YAML to JSON: )?yaml: unmarshal errors:\n/.exec(text)?.[0];
    return yaml === undefined
      ? [text]
      : text
          .slice(yaml.length)
          .split('\n')
          .map((line) => line.trim());
  });
}

/** What is known when something goes wrong. */
interface Place {
  gvk: GroupVersionKind | undefined;
}

function reading(bytes: Uint8Array, wanted: string, read: (place: Place) => ReadBody): ReadBody {
  const place: Place = { gvk: undefined };
  try {
    return read(place);
  } catch (error) {
    throw error instanceof DecodingError ? refused(error, place.gvk, wanted, bytes) : error;
  }
}

function refused(error: DecodingError, gvk: GroupVersionKind | undefined, wanted: string, bytes: Uint8Array): Error {
  if (gvk !== undefined && gvk.kind !== '') {
    const what = `${gvk.kind} in version ${quote(gvk.version)}`;
    return new DecodingError(`${what} cannot be handled as a ${wanted}: ${error.message}`);
  }
  const why = `the object provided is unrecognized (must be of type ${wanted}): ${error.message}`;
  return new DecodingError(`${why} (${summary(bytes)})`);
}

const SUMMARY_LENGTH = 30;

/** The beginning of a body: JSON as it is, anything else in hex. */
function summary(bytes: Uint8Array): string {
  if (bytes.length === 0) return '<empty>';
  const start = bytes.subarray(0, SUMMARY_LENGTH);
  const hex = (): string => Array.from(start, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const shown = bytes[0] === 0x7b ? textOf(start) : hex();
  return bytes.length > SUMMARY_LENGTH ? `${shown} ...` : shown;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

interface ReadText {
  readonly parsed: ParsedJson;
  readonly strict: readonly string[];
}

function readText(bytes: Uint8Array, format: 'json' | 'yaml'): ReadText {
  if (format === 'yaml') {
    const parsed = parseYaml(bytes);
    return { parsed, strict: parsed.strict === undefined ? [] : [parsed.strict] };
  }
  try {
    return { parsed: parseJson(bytes), strict: [] };
  } catch (error) {
    throw error instanceof DecodingError ? unreadable(error.message) : error;
  }
}

function readProtobufBody(bytes: Uint8Array, expected: ExpectedKind, place: Place): ReadBody {
  const envelope = readEnvelope(bytes);
  const found = kindIn({ apiVersion: envelope.apiVersion, kind: envelope.kind });
  place.gvk = withDefaults(found, expected);
  const kind = decodedAs(place.gvk, expected);
  const value = decodeMessage(envelope.raw, kind);
  checkConversion(kind, expected);
  return { gvk: place.gvk, value, strict: [] };
}

/** The type by which a body is decoded: of any version that the server knows, served or not. */
function decodedAs(gvk: GroupVersionKind, expected: ExpectedKind): KindType {
  if (gvk.kind === expected.kind && isVersionOf(gvk, expected)) return expected;
  const kind = registeredType(gvk);
  if (kind !== undefined) return kind;
  throw new DecodingError(
    `no kind ${quote(gvk.kind)} is registered for version ${quote(apiVersion(gvk))} in scheme "pkg/runtime/scheme.go:111"`,
  );
}

/** Whether a body of this version is taken as one of the expected version. */
export function isVersionOf(
  { group, version }: Pick<GroupVersionKind, 'group' | 'version'>,
  expected: Pick<ExpectedKind, 'group' | 'version' | 'alike'>,
): boolean {
  return group === expected.group && (version === expected.version || expected.alike?.includes(version) === true);
}

/** Only versions of one kind can be converted into another. */
function checkConversion(found: KindType, expected: KindType): void {
  const to = internalName(expected);
  if (internalName(found) === to) return;
  throw new DecodingError(`converting (${found.type.goType ?? found.kind}) to (${to}): unknown conversion`);
}

/** Kinds that moved from one group to another, or stand in two: where all their versions are converted to. */
const MOVED: ReadonlyMap<string, string> = new Map([
  ['events.Event', 'core.Event'],
  ['apps.Scale', 'autoscaling.Scale'],
  ['extensions.DaemonSet', 'apps.DaemonSet'],
  ['extensions.Deployment', 'apps.Deployment'],
  ['extensions.Ingress', 'networking.Ingress'],
  ['extensions.NetworkPolicy', 'networking.NetworkPolicy'],
  ['extensions.ReplicaSet', 'apps.ReplicaSet'],
  ['extensions.Scale', 'autoscaling.Scale'],
]);

/** The Go type to which all versions of a kind are converted: `core.Pod`. */
function internalName({ type }: KindType): string {
  const [group = '', , name = ''] = (aliasOf(type.name) ?? '').split('.');
  return MOVED.get(`${group}.${name}`) ?? `${group}.${name}`;
}
