// Content negotiation: which form of an answer a client takes, and which form its body has.

import { failure, type StatusError } from '../../kube/status.ts';
import { type HttpHeaders, headerOf } from './message.ts';
import { firstOf, type Query } from './query.ts';

export type Format = 'json' | 'yaml' | 'protobuf';

export const MEDIA_TYPES: Readonly<Record<Format, string>> = {
  json: 'application/json',
  yaml: 'application/yaml',
  protobuf: 'application/vnd.kubernetes.protobuf',
};

const FORMATS: readonly Format[] = ['json', 'yaml', 'protobuf'];

/** Another form of the object that is asked for: `as=Table;v=v1;g=meta.k8s.io`. */
export interface Conversion {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** A form of answer that was agreed on. */
export interface MediaType {
  readonly format: Format;
  readonly pretty: boolean;
  readonly convert: Conversion | undefined;
}

/** What an endpoint can answer. */
export interface Offer {
  readonly tables: boolean;
  /** Its objects have protobuf; other forms of them always do. */
  readonly protobuf: boolean;
  readonly transforms: boolean;
}

/** What errors and documents are answered with: no other forms. */
export const PLAIN: Offer = { tables: false, protobuf: true, transforms: false };

/** Reads `Accept`; undefined when nothing of it can be answered. */
export function negotiate(headers: HttpHeaders, query: Query, offer: Offer): MediaType | undefined {
  const accept = headerOf(headers, 'accept');
  const byDefault = prettyByDefault(headers, query);
  if (accept === '') return { format: 'json', pretty: byDefault, convert: undefined };
  for (const clause of parseAccept(accept)) {
    for (const format of FORMATS) {
      const found = matches(clause, format) ? agreed(clause, format, offer) : undefined;
      if (found !== undefined) return { ...found, pretty: found.pretty || byDefault };
    }
  }
  return undefined;
}

/** Whether the client takes all resources in one document rather than a document for each version. */
export function wantsAggregated(headers: HttpHeaders): boolean {
  for (const clause of parseAccept(headerOf(headers, 'accept'))) {
    const [as, group, version] = ['as', 'g', 'v'].map((name) => clause.parameters.get(name));
    if (as === undefined) return false;
    if (as !== 'APIGroupDiscoveryList' || !matches(clause, 'json')) continue;
    if (group === 'apidiscovery.k8s.io' && version === 'v2') return true;
  }
  return false;
}

/** The clients of people get indented answers, unless they say otherwise. */
export function prettyByDefault(headers: HttpHeaders, query: Query): boolean {
  const asked = firstOf(query, 'pretty') ?? '';
  if (asked !== '') return /^(1|t|T|TRUE|true|True)$/.test(asked);
  return /^(curl|Wget|Mozilla\/5\.0)/.test(headerOf(headers, 'user-agent'));
}

interface Clause {
  readonly type: string;
  readonly subtype: string;
  readonly quality: number;
  readonly parameters: ReadonlyMap<string, string>;
}

function parseAccept(header: string): readonly Clause[] {
  const clauses: Clause[] = [];
  for (const text of header.split(',')) {
    const clause = parseClause(text.trim());
    if (clause === undefined) continue;
    let place = clauses.length;
    while (place > 0 && isBetter(clause, clauses[place - 1])) place--;
    clauses.splice(place, 0, clause);
  }
  return clauses;
}

function parseClause(text: string): Clause | undefined {
  const [range = '', ...pairs] = text.split(';');
  const [type = '', subtype = type.trim() === '*' ? '*' : '', ...more] = range.split('/').map((part) => part.trim());
  if (subtype === '' || more.length > 0) return undefined;
  const parameters = new Map<string, string>();
  let quality = 1;
  for (const pair of pairs) {
    const [name = '', value = '', ...others] = pair.split('=').map((part) => part.trim());
    if (value === '' || others.length > 0) continue;
    if (name === 'q') quality = Number.parseFloat(value) || 0;
    else parameters.set(name, value);
  }
  return { type, subtype, quality, parameters };
}

function isBetter(a: Clause, b: Clause | undefined): boolean {
  if (b === undefined) return false;
  if (a.quality > b.quality) return true;
  return (a.type !== '*' && b.type === '*') || (a.subtype !== '*' && b.subtype === '*');
}

function matches({ type, subtype }: Clause, format: Format): boolean {
  if (type === '*') return subtype === '*';
  return type === 'application' && (subtype === '*' || `application/${subtype}` === MEDIA_TYPES[format]);
}

function agreed({ parameters }: Clause, format: Format, offer: Offer): MediaType | undefined {
  const stream = parameters.get('stream');
  if (stream !== undefined && (stream !== 'watch' || format === 'yaml')) return undefined;
  const serverVersion = parameters.get('sv');
  if (serverVersion !== undefined && (serverVersion !== 'v1' || !offer.transforms)) return undefined;
  const convert = conversionIn(parameters);
  if (!isOffered(convert, format, offer)) return undefined;
  return { format, pretty: parameters.get('pretty') === '1', convert };
}

function conversionIn(parameters: ReadonlyMap<string, string>): Conversion | undefined {
  const [kind, group, version] = ['as', 'g', 'v'].map((name) => parameters.get(name));
  if (kind === undefined && group === undefined && version === undefined) return undefined;
  return { kind: kind ?? '', group: group ?? '', version: version ?? '' };
}

function isOffered(convert: Conversion | undefined, format: Format, offer: Offer): boolean {
  if (convert === undefined) return format !== 'protobuf' || offer.protobuf;
  const { group, version, kind } = convert;
  if (!offer.transforms || group !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1')) return false;
  if (kind === 'Table') return offer.tables && format !== 'protobuf';
  return kind === 'PartialObjectMetadata' || kind === 'PartialObjectMetadataList';
}

const ACCEPTED = 'only the following media types are accepted';
const TEXT = 'text/plain';
const STREAMS = `${MEDIA_TYPES.json};stream=watch, ${MEDIA_TYPES.protobuf};stream=watch`;

export function notAcceptable(): StatusError {
  return failure(406, 'NotAcceptable', `${ACCEPTED}: ${allTypes()}`);
}

export function notAcceptableStream(): StatusError {
  return failure(406, 'NotAcceptable', `${ACCEPTED}: ${STREAMS}`);
}

function allTypes(): string {
  return FORMATS.map((format) => MEDIA_TYPES[format]).join(', ');
}

/** What the router says before anybody reads the header closely: one of these types must be named as it is. */
export function routerRefusal(headers: HttpHeaders, forms: 'usual' | 'streams' | 'text'): StatusError | undefined {
  const accept = headerOf(headers, 'accept');
  if (accept === '') return undefined;
  const known = new Set<string>(['*/*', ...FORMATS.map((format) => MEDIA_TYPES[format])]);
  if (forms === 'text') known.add(TEXT);
  const named = accept.split(',').map((clause) => clause.split(';')[0]?.trim() ?? '');
  if (named.some((type) => known.has(type))) return undefined;
  const available = { usual: allTypes(), streams: `${allTypes()}, ${STREAMS}`, text: `${TEXT}, ${allTypes()}` }[forms];
  return failure(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${available}`, {});
}

/** The form of a body. Throws 415. */
export function bodyFormat(headers: HttpHeaders): Format {
  const given = headerOf(headers, 'content-type');
  if (given === '') return 'json';
  const type = mediaTypeOf(given);
  const found = FORMATS.find((format) => MEDIA_TYPES[format] === type);
  if (found !== undefined) return found;
  throw unsupportedMediaType([...FORMATS.map((format) => MEDIA_TYPES[format])]);
}

export function unsupportedMediaType(accepted: readonly string[]): StatusError {
  const what = 'the body of the request was in an unknown format';
  return failure(415, 'UnsupportedMediaType', `${what} - accepted media types include: ${accepted.join(', ')}`);
}

const PARAMETER = /^[^\s=;]+=("[^"]*"|[^\s=;]*)$/;

/** The type without its parameters; undefined when they aren't well-formed. */
function mediaTypeOf(header: string): string | undefined {
  const [type = '', ...parameters] = header.split(';').map((part) => part.trim());
  if (parameters.at(-1) === '') parameters.pop();
  return parameters.every((parameter) => PARAMETER.test(parameter)) ? type.toLowerCase() : undefined;
}
