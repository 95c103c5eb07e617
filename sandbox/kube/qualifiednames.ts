// Names that belong to a domain, as fields hold them: `validate.example.com`, `example.com/my-controller`.

import { type FieldError, invalid, required } from './fielderrors.ts';
import { dns1123Label, dns1123Subdomain, qualifiedName, urlPath } from './names.ts';

/** A webhook's name: three segments at least. */
export function fullyQualifiedNameErrors(field: string, name: string): readonly FieldError[] {
  return domainErrors(field, name, name, 3, 'three');
}

/** A domain of two segments at least, each a label. It may end with a dot. */
export function fullyQualifiedDomainNameErrors(field: string, value: string): readonly FieldError[] {
  const name = value.endsWith('.') ? value.slice(0, -1) : value;
  const errors = domainErrors(field, value, name, 2, 'two');
  if (errors.length > 0) return errors;
  for (const label of name.split('.')) {
    const problems = dns1123Label(label);
    if (problems.length > 0) return [invalid(field, label, problems.join(','))];
  }
  return [];
}

function domainErrors(
  field: string,
  value: string,
  name: string,
  segments: number,
  inWords: string,
): readonly FieldError[] {
  if (value === '') return [required(field)];
  const problems = dns1123Subdomain(name);
  if (problems.length > 0) return [invalid(field, name, problems.join(','))];
  if (name.split('.').length >= segments) return [];
  return [invalid(field, name, `should be a domain with at least ${inWords} segments separated by dots`)];
}

/** `acme.io/foo/bar`: an ingress class' controller, a pod's readiness gate. */
export function domainPrefixedPathErrors(field: string, value: string): readonly FieldError[] {
  if (value === '') return [required(field)];
  const slash = value.indexOf('/');
  const host = value.slice(0, Math.max(slash, 0));
  const path = value.slice(slash + 1);
  if (host === '' || path === '') {
    return [invalid(field, value, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  }
  return [
    ...dns1123Subdomain(host).map((problem) => invalid(field, host, problem)),
    ...urlPath(path).map((problem) => invalid(field, path, problem)),
  ];
}

/** `acme.io/foo`: a qualified name that must have its prefix. */
export function domainPrefixedKeyErrors(field: string, value: string): readonly FieldError[] {
  if (value === '') return [required(field)];
  const errors = qualifiedName(value).map((problem) => invalid(field, value, problem));
  if (errors.length > 0 || value.includes('/')) return errors;
  return [invalid(field, value, 'must be a domain-prefixed key (such as "acme.io/foo")')];
}
