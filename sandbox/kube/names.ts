// Which names, keys and values are well-formed. Each rule answers what is wrong with a text, in the words of the API
// server, or nothing. Patterns are shown to users, so they are the server's own.

import { byteLength } from './go/text.ts';

/** What is wrong, a message each; empty when nothing is. */
export type Problems = readonly string[];

interface Form {
  /** What such a text looks like. */
  readonly what: string;
  readonly pattern: string;
  readonly examples: readonly string[];
}

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const LABEL_WITH_UNDERSCORE = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const ENDS = 'and must start and end with an alphanumeric character';
const MAX_SUBDOMAIN = 253;
const MAX_LABEL = 63;

const dnsLabel = form({
  what: `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', ${ENDS}`,
  pattern: LABEL,
  examples: ['my-name', '123-abc'],
});
const dnsSubdomain = form({
  what: `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', ${ENDS}`,
  pattern: SUBDOMAIN,
  examples: ['example.com'],
});
const dnsSubdomainWithUnderscore = form({
  what: `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', ${ENDS}`,
  pattern: `${LABEL_WITH_UNDERSCORE}(\\.${LABEL_WITH_UNDERSCORE})*`,
  examples: ['example.com'],
});
const wildcardSubdomain = form({
  what: "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  pattern: `\\*\\.${SUBDOMAIN}`,
  examples: ['*.example.com'],
});
const dns1035 = form({
  what: "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  pattern: '[a-z]([-a-z0-9]*[a-z0-9])?',
  examples: ['my-name', 'abc-123'],
});
const labelName = form({
  what: `must consist of alphanumeric characters, '-', '_' or '.', ${ENDS}`,
  pattern: QUALIFIED,
  examples: ['MyName', 'my.name', '123-abc'],
});
const labelText = form({
  what: `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', ${ENDS}`,
  pattern: `(${QUALIFIED})?`,
  examples: ['MyValue', 'my_value', '12345'],
});
const configKey = form({
  what: "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
  pattern: '[-._a-zA-Z0-9]+',
  examples: ['key.name', 'KEY_NAME', 'key-name'],
});
const envName = form({
  what: "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
  pattern: '[-._a-zA-Z][-._a-zA-Z0-9]*',
  examples: ['my.env-name', 'MY_ENV.NAME', 'MyEnvName1'],
});
const identifier = form({
  what: "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
  pattern: '[A-Za-z_][A-Za-z0-9_]*',
  examples: ['my_name', 'MY_NAME', 'MyName'],
});
const headerName = form({
  what: "a valid HTTP header must consist of alphanumeric characters or '-'",
  pattern: '[-A-Za-z0-9]+',
  examples: ['X-Header-Name'],
});
const percentage = form({
  what: "a valid percent string must be a numeric string followed by an ending '%'",
  pattern: '[0-9]+%',
  examples: ['1%', '93%'],
});
const reason = form({
  what: "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'",
  pattern: '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?',
  examples: ['my_name', 'MY_NAME', 'MyName', 'ReasonA,ReasonB', 'ReasonA:ReasonB'],
});
const httpPath = form({ what: 'Invalid path', pattern: "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+", examples: [] });

/** What a message counts; what is counted is always bytes. Rules that are declared on a type say `bytes`. */
export type LengthUnit = 'bytes' | 'characters';

export function dns1123Label(value: string, unit: LengthUnit = 'characters'): Problems {
  const length = lengthProblems(value, MAX_LABEL, unit);
  if (dnsLabel.test(value)) return length;
  return [...length, dnsSubdomain.test(value) ? 'must not contain dots' : dnsLabel.message];
}

export function dns1123Subdomain(value: string, unit: LengthUnit = 'characters'): Problems {
  return [...lengthProblems(value, MAX_SUBDOMAIN, unit), ...dnsSubdomain.problems(value)];
}

export function dns1123SubdomainWithUnderscore(value: string): Problems {
  return [...lengthProblems(value, MAX_SUBDOMAIN), ...dnsSubdomainWithUnderscore.problems(value)];
}

export function wildcardDns1123Subdomain(value: string): Problems {
  return [...lengthProblems(value, MAX_SUBDOMAIN), ...wildcardSubdomain.problems(value)];
}

export function dns1035Label(value: string): Problems {
  return [...lengthProblems(value, MAX_LABEL), ...dns1035.problems(value)];
}

/** A label's or annotation's key, a finalizer, a condition's type: `name` or `example.com/name`. */
export function qualifiedName(value: string): Problems {
  const parts = value.split('/');
  if (parts.length > 2) {
    const hint = " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
    return [`a valid label key ${labelName.message}${hint}`];
  }
  const [prefix, name = ''] = parts.length === 2 ? parts : [undefined, value];
  return [...prefixProblems(prefix), ...nameProblems(name)];
}

function prefixProblems(prefix: string | undefined): Problems {
  if (prefix === undefined) return [];
  if (prefix === '') return ['prefix part must be non-empty'];
  return dns1123Subdomain(prefix, 'bytes').map((problem) => `prefix part ${problem}`);
}

function nameProblems(name: string): Problems {
  const length = name === '' ? ['must be non-empty'] : lengthProblems(name, MAX_LABEL, 'bytes');
  return [...length, ...labelName.problems(name)].map((problem) => `name part ${problem}`);
}

export function labelValue(value: string): Problems {
  return [...lengthProblems(value, MAX_LABEL, 'bytes'), ...labelText.problems(value)];
}

export function configMapKey(value: string): Problems {
  return [...lengthProblems(value, MAX_SUBDOMAIN), ...configKey.problems(value), ...parentProblems(value)];
}

export function envVarName(value: string): Problems {
  return [...envName.problems(value), ...parentProblems(value)];
}

/** The rule for pods: all that can be printed but `=`. */
export function relaxedEnvVarName(value: string): Problems {
  if (value === '') return ['environment variable name must be non-empty'];
  if (/^[ -<>-~]*$/.test(value)) return [];
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

export function cIdentifier(value: string): Problems {
  return identifier.problems(value);
}

export function httpHeaderName(value: string): Problems {
  return headerName.problems(value);
}

export function percent(value: string): Problems {
  return percentage.problems(value);
}

export function conditionReason(value: string): Problems {
  return reason.problems(value);
}

/** The path of a domain-prefixed path, without its first slash. */
export function urlPath(value: string): Problems {
  return httpPath.problems(value);
}

/** The name of a port or protocol (an IANA service name). */
export function portName(value: string): Problems {
  const atAnEnd = value.startsWith('-') || value.endsWith('-');
  return [
    ...lengthProblems(value, 15),
    ...(/^[-a-z0-9]+$/.test(value) ? [] : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
    ...(/[a-z]/.test(value) ? [] : ['must contain at least one letter (a-z)']),
    ...(value.includes('--') ? ['must not contain consecutive hyphens'] : []),
    ...(atAnEnd ? ['must not begin or end with a hyphen'] : []),
  ];
}

export function portNumber(value: number): Problems {
  return inRange(value, 1, 65535);
}

/** A user's or a group's numeric id. */
export function numericId(value: number): Problems {
  return inRange(value, 0, 2147483647);
}

export function inRange(value: number, min: number, max: number): Problems {
  return value >= min && value <= max ? [] : [`must be between ${min} and ${max}, inclusive`];
}

/** A name that stands in a URL's path, such as that of a role: anything but what would break the path. */
export function pathSegmentName(value: string, prefix = false): Problems {
  if (!prefix && (value === '.' || value === '..')) return [`may not be '${value}'`];
  return ['/', '%']
    .filter((character) => value.includes(character))
    .map((character) => `may not contain '${character}'`);
}

/** A rule for names, as one that also accepts what ends in a dash: the beginning of a generated name. */
export function nameRule(rule: (name: string) => Problems): (name: string, prefix: boolean) => Problems {
  return (name, prefix) => rule(prefix && name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name);
}

/** What the server says of a text that is too long. */
function lengthProblems(value: string, max: number, unit: LengthUnit = 'characters'): Problems {
  return byteLength(value) > max ? [`must be no more than ${max} ${unit}`] : [];
}

function parentProblems(value: string): Problems {
  if (value === '.' || value === '..') return [`must not be '${value}'`];
  return value.startsWith('..') ? ["must not start with '..'"] : [];
}

interface Rule {
  readonly message: string;
  test(value: string): boolean;
  problems(value: string): Problems;
}

function form({ what, pattern, examples }: Form): Rule {
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  const message = `${what} (${shown === '' ? '' : `e.g. ${shown}`}regex used for validation is '${pattern}')`;
  const expression = new RegExp(`^${pattern}$`);
  const test = (value: string) => expression.test(value);
  return { message, test, problems: (value) => (test(value) ? [] : [message]) };
}
