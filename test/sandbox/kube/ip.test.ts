import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CIDR,
  cidrErrors,
  cidrWarnings,
  contains,
  formatCIDR,
  formatIP,
  type IP,
  interfaceAddressErrors,
  ipErrors,
  ipWarnings,
  legacyCIDRErrors,
  legacyIPErrors,
  parseCIDR,
  parseIP,
} from '../../../sandbox/kube/ip.ts';

const format = (ip: IP | undefined) => (ip === undefined ? undefined : formatIP(ip));
const formatNetwork = (cidr: CIDR | undefined) => (cidr === undefined ? undefined : formatCIDR(cidr));

describe('addresses', () => {
  test.each([
    ['10.0.0.1', '10.0.0.1'],
    ['010.0.0.001', '10.0.0.1'],
    ['256.0.0.1', undefined],
    ['10.0.0', undefined],
    ['', undefined],
    ['::', '::'],
    ['::1', '::1'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['1:2:3:4:5:6:7::8', undefined],
    ['1:2:3:4:5:6:0:8', '1:2:3:4:5:6:0:8'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
    ['1::2::3', undefined],
    ['12345::', undefined],
    ['fe80::1%eth0', undefined],
  ])('%s reads %s', (text, canonical) => {
    expect(format(parseIP(text))).toBe(canonical);
  });

  test('strictly, nothing is ambiguous', () => {
    expect(parseIP('010.0.0.1', true)).toBeUndefined();
    expect(parseIP('00001::', true)).toBeUndefined();
    expect(format(parseIP('::1.2.3.4', true))).toBe('::102:304');
  });

  test('what is written reads as the same', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const ip = parseIP(text);
        expect(ip).toBeDefined();
        expect(format(parseIP(format(ip) ?? ''))).toBe(format(ip));
      }),
    );
  });
});

describe('networks', () => {
  test.each([
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['10.1.2.3/32', '10.1.2.3/32'],
    ['10.1.2.3/0', '0.0.0.0/0'],
    ['10.1.2.3/33', undefined],
    ['10.1.2.3', undefined],
    ['10.1.2.3/', undefined],
    ['2001:db8::1/64', '2001:db8::/64'],
    ['::ffff:10.1.2.3/104', '10.0.0.0/8'],
    ['10.0.0.0/08', '10.0.0.0/8'],
  ])('%s reads %s', (text, canonical) => {
    expect(formatNetwork(parseCIDR(text))).toBe(canonical);
  });

  test('a network contains its addresses', () => {
    const inside = (cidr: string, ip: string) => {
      const network = parseCIDR(cidr);
      const address = parseIP(ip);
      return network !== undefined && address !== undefined && contains(network, address);
    };
    expect(inside('10.96.0.0/16', '10.96.255.255')).toBe(true);
    expect(inside('10.96.0.0/16', '10.97.0.0')).toBe(false);
    expect(inside('10.96.0.0/16', '::ffff:10.96.0.1')).toBe(true);
    expect(inside('::/0', '10.0.0.1')).toBe(false);
    expect(inside('0.0.0.0/0', '10.0.0.1')).toBe(true);
  });
});

describe('what the server says', () => {
  const messages = (errors: readonly { readonly message: string }[]) => errors.map(({ message }) => message);

  test('of addresses', () => {
    expect(messages(ipErrors('f', 'x'))).toEqual([
      'Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ]);
    expect(messages(ipErrors('f', '01.2.3.4'))).toEqual(['Invalid value: "01.2.3.4": must not have leading 0s']);
    expect(messages(ipErrors('f', '::ffff:1.2.3.4'))).toEqual([
      'Invalid value: "::ffff:1.2.3.4": must not be an IPv4-mapped IPv6 address',
    ]);
    expect(messages(ipErrors('f', '0::1'))).toEqual(['Invalid value: "0::1": must be in canonical form ("::1")']);
    expect(messages(legacyIPErrors('f', '01.2.3.4'))).toEqual(['Invalid value: "01.2.3.4": must not have leading 0s']);
    expect(legacyIPErrors('f', '01.2.3.4', ['01.2.3.4'])).toEqual([]);
    expect(legacyIPErrors('f', '2001:DB8::1')).toEqual([]);
    expect(ipWarnings('f', '01.2.3.4')).toEqual(['f: non-standard IP address "01.2.3.4" is invalid: use "1.2.3.4"']);
    expect(ipWarnings('f', '0::1')).toEqual(['f: IPv6 address "0::1" should be in RFC 5952 canonical format ("::1")']);
  });

  test('of networks', () => {
    expect(messages(cidrErrors('f', '10.0.0.1/8'))).toEqual([
      'Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length',
    ]);
    expect(messages(legacyCIDRErrors('f', '10.0.0.1'))).toEqual([
      'Invalid value: "10.0.0.1": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
    ]);
    expect(cidrWarnings('f', '10.0.0.1/8')).toEqual([
      'f: CIDR value "10.0.0.1/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.1/32"?)',
    ]);
    expect(messages(interfaceAddressErrors('f', '010.0.0.1/8'))).toEqual([
      'Invalid value: "010.0.0.1/8": must be in canonical form ("10.0.0.1/8")',
    ]);
  });
});
