import { describe, expect, test } from 'vitest';
import {
  cIdentifier,
  conditionReason,
  configMapKey,
  dns1035Label,
  dns1123Label,
  dns1123Subdomain,
  dns1123SubdomainWithUnderscore,
  envVarName,
  httpHeaderName,
  inRange,
  labelValue,
  nameRule,
  numericId,
  type Problems,
  pathSegmentName,
  percent,
  portName,
  portNumber,
  qualifiedName,
  relaxedEnvVarName,
  wildcardDns1123Subdomain,
} from '../../../sandbox/kube/names.ts';
import {
  domainPrefixedKeyErrors,
  domainPrefixedPathErrors,
  fullyQualifiedDomainNameErrors,
  fullyQualifiedNameErrors,
} from '../../../sandbox/kube/qualifiednames.ts';
import { refusedRequests } from './facts.ts';

const long = (length: number) => 'a'.repeat(length);

describe('what is well-formed', () => {
  test.each([
    [dns1123Label, ['a', '0', 'my-name', long(63)]],
    [dns1123Subdomain, ['a.b', 'a-b.c0', long(253)]],
    [dns1123SubdomainWithUnderscore, ['_a.b_c']],
    [wildcardDns1123Subdomain, ['*.example.com']],
    [dns1035Label, ['a0', 'my-name']],
    [qualifiedName, ['a', 'A_b.c-d', 'example.com/MyName', `${long(253)}/${long(63)}`]],
    [labelValue, ['', 'a', 'A.b_c-d', long(63)]],
    [configMapKey, ['a', '.hidden', 'A_b-c', long(253)]],
    [envVarName, ['A', '_', '.a', 'my.env-name']],
    [relaxedEnvVarName, ['0', 'a b', '~!']],
    [cIdentifier, ['_a0']],
    [httpHeaderName, ['X-Header-Name']],
    [percent, ['100%']],
    [portName, ['http', '80a']],
    [pathSegmentName, ['system:node', '...', 'a b']],
    [conditionReason, ['ReasonA,ReasonB']],
  ])('%o', (rule, values) => {
    for (const value of values) expect(rule(value)).toEqual([]);
  });

  test('numbers have bounds', () => {
    expect(portNumber(65535)).toEqual([]);
    expect(portNumber(0)).toEqual(['must be between 1 and 65535, inclusive']);
    expect(numericId(-1)).toEqual(['must be between 0 and 2147483647, inclusive']);
    expect(inRange(5, 1, 4)).toEqual(['must be between 1 and 4, inclusive']);
  });

  test('the beginning of a generated name may end with a dash', () => {
    const rule = nameRule(dns1123Subdomain);
    expect(rule('web-', true)).toEqual([]);
    expect(rule('web-', false)).toHaveLength(1);
    expect(rule('-', true)).toHaveLength(1);
  });
});

describe('what is not well-formed', () => {
  test('several things may be wrong at once', () => {
    expect(portName('-A--')).toEqual([
      'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
      'must contain at least one letter (a-z)',
      'must not contain consecutive hyphens',
      'must not begin or end with a hyphen',
    ]);
    expect(qualifiedName('/')).toEqual([
      'prefix part must be non-empty',
      'name part must be non-empty',
      "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
    ]);
  });

  test('lengths are counted in bytes, whatever the message says', () => {
    expect(dns1123Label(long(64))).toEqual(['must be no more than 63 characters']);
    expect(dns1123Label(long(64), 'bytes')).toEqual(['must be no more than 63 bytes']);
    expect(labelValue(long(64))).toEqual(['must be no more than 63 bytes']);
    expect(configMapKey('é'.repeat(127))[0]).toBe('must be no more than 253 characters');
  });

  test('a label with dots is told so', () => {
    expect(dns1123Label('a.b')).toEqual(['must not contain dots']);
  });

  test('names in paths', () => {
    expect(pathSegmentName('..')).toEqual(["may not be '..'"]);
    expect(pathSegmentName('a/b%')).toEqual(["may not contain '/'", "may not contain '%'"]);
    expect(pathSegmentName('..', true)).toEqual([]);
  });

  test('names of domains', () => {
    const messages = (errors: readonly { readonly message: string }[]) => errors.map(({ message }) => message);
    expect(messages(fullyQualifiedNameErrors('f', 'a.b'))).toEqual([
      'Invalid value: "a.b": should be a domain with at least three segments separated by dots',
    ]);
    expect(messages(fullyQualifiedNameErrors('f', 'a.b.c'))).toEqual([]);
    expect(messages(fullyQualifiedDomainNameErrors('f', 'b.'))).toEqual([
      'Invalid value: "b": should be a domain with at least two segments separated by dots',
    ]);
    expect(messages(domainPrefixedPathErrors('f', '/a'))).toEqual([
      'Invalid value: "/a": must be a domain-prefixed path (such as "acme.io/foo")',
    ]);
    expect(messages(domainPrefixedPathErrors('f', 'a.b/ä'))).toEqual([
      "Invalid value: \"ä\": Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')",
    ]);
    expect(messages(domainPrefixedKeyErrors('f', 'a'))).toEqual([
      'Invalid value: "a": must be a domain-prefixed key (such as "acme.io/foo")',
    ]);
    expect(messages(domainPrefixedKeyErrors('f', ''))).toEqual(['Required value']);
  });

  test('a very long name is refused in linear time', () => {
    for (const rule of [dns1123Subdomain, qualifiedName, labelValue, configMapKey]) {
      expect(rule(`${'a-.'.repeat(100_000)}!`).length).toBeGreaterThan(0);
    }
  });
});

describe('recorded refusals are worded by one of these rules', () => {
  const rules: readonly ((value: string) => Problems)[] = [
    ...[dns1123Label, dns1123Subdomain, dns1123SubdomainWithUnderscore, dns1035Label, wildcardDns1123Subdomain],
    ...[qualifiedName, labelValue, configMapKey, envVarName, relaxedEnvVarName, cIdentifier, httpHeaderName],
    ...[percent, portName, pathSegmentName, conditionReason],
  ];

  const recorded = refusedRequests().flatMap(({ name, responseStatus }) =>
    (responseStatus?.details?.causes ?? []).flatMap(({ message = '' }) => {
      const match = /^Invalid value: ("(?:[^"\\]|\\.)*"): (.*)$/s.exec(message);
      const said = match?.[2] ?? '';
      const byRule = said.includes('regex used for validation is') || said.startsWith('may not contain');
      return byRule ? [[name, JSON.parse(match?.[1] ?? '') as string, said] as const] : [];
    }),
  );

  test.each(recorded)('%s: %j', (_, value, said) => {
    const all = rules.flatMap((rule) => [...rule(value), ...rule(value.toLowerCase())]);
    expect(all.filter((problem) => said.endsWith(problem))).not.toEqual([]);
  });
});
