// Names with a domain before them: `example.com/controller`.

import { invalid, required } from '../../../kube/fielderrors.ts';
import { dns1123Subdomain, urlPath } from '../../../kube/names.ts';
import { type Errors, problemsOf } from './checks.ts';

export function* domainPath(field: string, value: string): Errors {
  if (value === '') {
    yield required(field);
    return;
  }
  const slash = value.indexOf('/');
  const domain = value.slice(0, Math.max(slash, 0));
  const path = value.slice(slash + 1);
  if (domain === '' || path === '') {
    yield invalid(field, value, 'must be a domain-prefixed path (such as "acme.io/foo")');
    return;
  }
  yield* problemsOf(field, domain, dns1123Subdomain(domain));
  yield* problemsOf(field, path, urlPath(path));
}
