// format.named('dns1123Label').value().validate('a b'), format.uuid(): the named formats of Kubernetes.

import { daysIn } from '../../civil.ts';
import {
  dns1035Label,
  dns1123Label,
  dns1123Subdomain,
  labelValue,
  nameRule,
  type Problems,
  qualifiedName,
} from '../../names.ts';
import { object } from '../types.ts';
import {
  type Extension,
  isTaggedAs,
  KIND,
  NO_SUCH_OVERLOAD,
  NONE_VALUE,
  type Result,
  some,
  type Value,
} from '../values.ts';
import { parseRequestUri } from './gourl.ts';
import { type FunctionSpec, type Library, onString } from './library.ts';

const FORMAT_TYPE = object('kubernetes.NamedFormat');

interface FormatValue extends Extension {
  readonly name: string;
  readonly problems: (text: string) => Problems;
}

function isFormatValue(value: Value): value is FormatValue {
  return isTaggedAs(value, 'extension') && value.type === FORMAT_TYPE;
}

function format(name: string, patternSize: number, problems: (text: string) => Problems): FormatValue {
  return {
    [KIND]: 'extension',
    type: FORMAT_TYPE,
    name,
    patternSize,
    problems,
    equals: (other) => (isFormatValue(other) ? name === other.name : NO_SUCH_OVERLOAD),
  };
}

const asPrefix = (rule: (name: string) => Problems): ((text: string) => Problems) => {
  const named = nameRule(rule);
  return (text) => named(text, true);
};

const unless = (test: (text: string) => boolean, problem: string): ((text: string) => Problems) => {
  return (text) => (test(text) ? [] : [problem]);
};

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const BASE64_CHARACTERS = /^[A-Za-z0-9+/]*={0,2}$/;
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIME_OF_DAY = /^(\d\d):(\d\d):(\d\d)(?:.\d+)?(?:z|[+-]\d\d:\d\d)$/;

function isBase64(text: string): boolean {
  return text !== '' && text.length % 4 === 0 && BASE64_CHARACTERS.test(text);
}

function isDate(text: string): boolean {
  const [, year = 0, month = 0, day = 0] = DATE.exec(text)?.map(Number) ?? [];
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

function isDateTime(text: string): boolean {
  const [date = '', time] = text.toLowerCase().split('t');
  if (time === undefined || !isDate(date)) return false;
  const [, hours = '', minutes = '', seconds = ''] = TIME_OF_DAY.exec(time) ?? [];
  return hours !== '' && hours <= '23' && minutes <= '59' && seconds <= '59';
}

function uriProblems(text: string): Problems {
  const url = parseRequestUri(text);
  return 'problem' in url ? [url.problem] : [];
}

/** With how long a pattern each of them is checked. */
const FORMATS: ReadonlyMap<string, FormatValue> = new Map([
  ['dns1123Label', format('DNS1123Label', 30, (text) => dns1123Label(text))],
  ['dns1123Subdomain', format('DNS1123Subdomain', 60, (text) => dns1123Subdomain(text))],
  ['dns1035Label', format('DNS1035Label', 30, dns1035Label)],
  ['qualifiedName', format('QualifiedName', 60, qualifiedName)],
  ['dns1123LabelPrefix', format('DNS1123LabelPrefix', 30, asPrefix(dns1123Label))],
  ['dns1123SubdomainPrefix', format('DNS1123SubdomainPrefix', 60, asPrefix(dns1123Subdomain))],
  ['dns1035LabelPrefix', format('DNS1035LabelPrefix', 30, asPrefix(dns1035Label))],
  ['labelValue', format('LabelValue', 40, labelValue)],
  ['uri', format('URI', 1103, uriProblems)],
  [
    'uuid',
    format(
      'uuid',
      70,
      unless((text) => UUID.test(text), 'does not match the UUID format'),
    ),
  ],
  ['byte', format('byte', 84, unless(isBase64, 'invalid base64'))],
  ['date', format('date', 71, unless(isDate, 'invalid date'))],
  ['datetime', format('datetime', 71, unless(isDateTime, 'invalid datetime'))],
]);

function validate(a: Value = null, text: Value = null): Result {
  if (!isFormatValue(a) || typeof text !== 'string') return NO_SUCH_OVERLOAD;
  const problems = a.problems(text);
  return problems.length === 0 ? NONE_VALUE : some(problems);
}

function named(name: string): Result {
  const found = FORMATS.get(name);
  return found === undefined ? NONE_VALUE : some(found);
}

function constant([name, value]: readonly [string, FormatValue]): readonly [string, FunctionSpec] {
  const id = `format.${name}`;
  return [id, { overloads: [`${id}: () -> kubernetes.NamedFormat`], runs: { [id]: () => value } }];
}

export const FORMAT_LIBRARY: Library = {
  validate: {
    overloads: ['format-validate: kubernetes.NamedFormat.(string) -> optional(list(string))'],
    runs: { 'format-validate': validate },
  },
  'format.named': {
    overloads: ['format-named: (string) -> optional(kubernetes.NamedFormat)'],
    runs: { 'format-named': onString(named) },
  },
  ...Object.fromEntries([...FORMATS].map(constant)),
};
