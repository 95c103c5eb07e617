// Addresses to which traffic may be sent: none that mean only the sender itself, or its own link.

import { type FieldError, invalid } from '../../../kube/fielderrors.ts';
import { contains, isMapped, parseCIDR, parseIP } from '../../../kube/ip.ts';

const LINKS: readonly (readonly [ranges: readonly string[], detail: string])[] = [
  [['127.0.0.0/8', '::1/128'], 'may not be in the loopback range (127.0.0.0/8, ::1/128)'],
  [['169.254.0.0/16', 'fe80::/10'], 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'],
  [['224.0.0.0/24', 'ff02::/16'], 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'],
];

export function endpointIP(field: string, text: string): readonly FieldError[] {
  const ip = parseIP(text);
  if (ip === undefined) return [invalid(field, text, 'must be a valid IP address')];
  const bits = isMapped(ip) ? ip.bits & 0xffffffffn : ip.bits;
  const errors = bits === 0n ? [invalid(field, text, `may not be unspecified (${text})`)] : [];
  for (const [ranges, detail] of LINKS) {
    const within = ranges.some((range) => {
      const cidr = parseCIDR(range);
      return cidr !== undefined && contains(cidr, ip);
    });
    if (within) errors.push(invalid(field, text, detail));
  }
  return errors;
}
