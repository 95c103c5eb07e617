// Addresses or networks of both families: one of each at most.

import { internalFieldError, invalid, type ShownValue } from '../../../kube/fielderrors.ts';
import { isMapped, parseCIDR, parseIP } from '../../../kube/ip.ts';
import type { Errors } from './checks.ts';

export type Family = 'IPv4' | 'IPv6';

export function familyOfIP(text: string): Family | undefined {
  const ip = parseIP(text);
  if (ip === undefined) return undefined;
  return ip.version === 4 || isMapped(ip) ? 'IPv4' : 'IPv6';
}

function familyOfCIDR(text: string): Family | undefined {
  return familyOfIP(parseCIDR(text) === undefined ? '' : text.slice(0, text.indexOf('/')));
}

/** `prefix` begins the message about a value that can't be read, `what` names it: `IP`. */
export function* onePerFamily(
  field: string,
  values: readonly string[],
  shown: ShownValue,
  what: 'IP' | 'CIDR',
  prefix = 'failed to check for dual stack with error:',
): Errors {
  if (values.length < 2) return;
  const families = values.map(what === 'IP' ? familyOfIP : familyOfCIDR);
  const bad = families.indexOf(undefined);
  if (bad >= 0) {
    const value = values[bad] ?? '';
    const seen = what === 'IP' ? value : `<nil> (invalid CIDR address: ${value})`;
    yield internalFieldError(field, `${prefix}invalid ${what}[${bad}]: ${seen}`);
  }
  if (bad < 0 && new Set(families).size === 2 && values.length === 2) return;
  yield invalid(field, shown, `may specify no more than one ${what} for each IP family`);
}
