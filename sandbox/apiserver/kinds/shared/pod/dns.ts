// How a pod looks up names, and what it is called itself.

import { at, forbiddenField, invalid, required, tooLong } from '../../../../kube/fielderrors.ts';
import { byteLength } from '../../../../kube/go/text.ts';
import { legacyIPErrors } from '../../../../kube/ip.ts';
import { dns1123SubdomainWithUnderscore } from '../../../../kube/names.ts';
import type { V1HostAlias, V1PodDNSConfig, V1PodSpec } from '../../../../schema/generated/types.ts';
import { type Errors, isBlank, problemsOf, subdomainName } from '../checks.ts';

const NAMESERVERS_MAX = 3;
const SEARCHES_MAX = 32;
const SEARCH_BYTES_MAX = 2048;

export function* dnsConfig(field: string, config: V1PodDNSConfig | undefined, policy: string | undefined): Errors {
  if (policy === 'None') {
    if (config === undefined) {
      yield required(field, 'must provide `dnsConfig` when `dnsPolicy` is None');
      return;
    }
    if ((config.nameservers ?? []).length === 0) {
      yield required(at(field, 'nameservers'), 'must provide at least one DNS nameserver when `dnsPolicy` is None');
      return;
    }
  }
  if (config === undefined) return;
  yield* nameservers(at(field, 'nameservers'), config.nameservers ?? []);
  yield* searches(at(field, 'searches'), config.searches ?? []);
  for (const [i, { name }] of (config.options ?? []).entries()) {
    if (isBlank(name)) yield required(at(field, 'options', i), 'must not be empty');
  }
}

function* nameservers(field: string, addresses: readonly string[]): Errors {
  if (addresses.length > NAMESERVERS_MAX) {
    yield invalid(field, addresses, `must not have more than ${NAMESERVERS_MAX} nameservers`);
  }
  for (const [i, address] of addresses.entries()) yield* legacyIPErrors(at(field, i), address);
}

function* searches(field: string, domains: readonly string[]): Errors {
  if (domains.length > SEARCHES_MAX) {
    yield invalid(field, domains, `must not have more than ${SEARCHES_MAX} search paths`);
  }
  if (byteLength(domains.join(' ')) > SEARCH_BYTES_MAX) {
    const detail = `must not have more than ${SEARCH_BYTES_MAX} characters (including spaces) in the search list`;
    yield invalid(field, domains, detail);
  }
  for (const [i, domain] of domains.entries()) {
    if (domain === '.') continue;
    const name = domain.endsWith('.') ? domain.slice(0, -1) : domain;
    yield* problemsOf(at(field, i), name, dns1123SubdomainWithUnderscore(name));
  }
}

export function* hostAlias({ ip, hostnames = [] }: V1HostAlias, field: string): Errors {
  yield* legacyIPErrors(at(field, 'ip'), ip);
  for (const [i, name] of hostnames.entries()) yield* subdomainName(at(field, 'hostnames', i), name);
}

const HOSTNAME_BYTES_MAX = 64;

export function* hostnameOverride(field: string, spec: V1PodSpec): Errors {
  const { hostnameOverride: name } = spec;
  if (name === undefined) return;
  if (spec.setHostnameAsFQDN === true) {
    yield forbiddenField(field, 'may not be specified when setHostnameAsFQDN is true');
  }
  if (spec.hostNetwork === true) yield forbiddenField(field, 'may not be specified when hostNetwork is true');
  if (byteLength(name) > HOSTNAME_BYTES_MAX) yield tooLong(field, HOSTNAME_BYTES_MAX);
  yield* subdomainName(field, name);
}
