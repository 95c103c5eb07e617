// Where a rule sends a request: the address of a redirect, the path that an endpoint is asked for. Pure.

import { httpHeader } from '../../http.ts';
import type { ServedRequest } from '../../serve.ts';
import { groupsOf, type PathMatch, type Redirect, type Rule } from './routes.ts';

/** The `Location` of a redirect. */
export function redirected(to: Redirect, path: PathMatch, request: ServedRequest, secure: boolean): string {
  if (to.location !== undefined) return to.location;
  const [host = '', given] = (httpHeader(request.headers, 'host') ?? '').split(':');
  const scheme = to.scheme ?? (secure ? 'https' : 'http');
  const port = to.port ?? (to.scheme === undefined && given !== undefined ? Number(given) : usualPort(scheme));
  const target = to.path ?? (to.prefix === undefined ? request.path : replaced(path, request.path, to.prefix));
  const query = request.query === '' ? '' : `?${request.query}`;
  return `${scheme}://${to.host ?? host}${port === usualPort(scheme) ? '' : `:${port}`}${target}${query}`;
}

function usualPort(scheme: string): number {
  return scheme === 'https' ? 443 : 80;
}

/** Path and query as the endpoint is to be asked. */
export function rewritten({ rewrite, path }: Rule, { path: asked, query, target }: ServedRequest): string {
  if (rewrite?.path === undefined && rewrite?.prefix === undefined && rewrite?.template === undefined) return target;
  const whole =
    rewrite.template !== undefined
      ? filled(rewrite.template, groupsOf(path.value, asked) ?? [])
      : rewrite.prefix !== undefined
        ? replaced(path, asked, rewrite.prefix)
        : (rewrite.path ?? '/');
  return `${whole.startsWith('/') ? whole : `/${whole}`}${query === '' ? '' : `?${query}`}`;
}

/** Another prefix in place of the one that matched. */
function replaced({ value }: PathMatch, path: string, prefix: string): string {
  const rest = path.slice(value.replace(/\/$/, '').length);
  return `${prefix.replace(/\/$/, '')}${rest.startsWith('/') ? rest : rest === '' ? '' : `/${rest}`}` || '/';
}

function filled(template: string, groups: readonly string[]): string {
  return template.replace(/\$(\d)/g, (_, digit: string) => groups[Number(digit)] ?? '');
}
