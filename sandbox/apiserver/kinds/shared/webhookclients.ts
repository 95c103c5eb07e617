// Where a webhook is called: at a URL, or at a service of the cluster.

import { at, type FieldError, invalid, required } from '../../../kube/fielderrors.ts';
import { quote } from '../../../kube/go/text.ts';
import { dns1123Subdomain } from '../../../kube/names.ts';
import type { Errors } from './checks.ts';

export interface WebhookClient {
  readonly url?: string;
  readonly service?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly path?: string;
    readonly port?: number;
  };
}

export function* webhookClient(client: WebhookClient | undefined, field: string): Errors {
  const { url, service } = client ?? {};
  if ((url === undefined) === (service === undefined))
    yield required(field, 'exactly one of url or service is required');
  else if (url !== undefined) yield* urlErrors(url, at(field, 'url'));
  else yield* serviceErrors(service ?? {}, at(field, 'service'));
}

const FORM = '; desired format: https://host[/path]';
const URL_PARTS = /^(?:([a-z][a-z0-9+.-]*):)?(?:\/\/(?:([^/?#@]*)@)?([^/?#]*))?[^?#]*(?:\?([^#]*))?(?:#(.*))?$/i;

/** Webhooks are called over TLS only. */
function* urlErrors(text: string, field: string): Errors {
  if (text.startsWith(':')) {
    yield required(field, `url must be a valid URL: parse ${quote(text)}: missing protocol scheme${FORM}`);
    return;
  }
  const [, scheme = '', user, host = '', query = '', fragment = ''] = URL_PARTS.exec(text) ?? [];
  if (scheme !== 'https') yield invalid(field, scheme, `'https' is the only allowed URL scheme${FORM}`);
  if (host === '') yield invalid(field, host, `host must be specified${FORM}`);
  if (user !== undefined) yield invalid(field, user, 'user information is not permitted in the URL');
  if (fragment !== '') yield invalid(field, fragment, 'fragments are not permitted in the URL');
  if (query !== '') yield invalid(field, query, 'query parameters are not permitted in the URL');
}

/** Name and namespace are taken one for the other, as the real server does: each is missed under the other's name. */
function* serviceErrors(service: NonNullable<WebhookClient['service']>, field: string): Errors {
  const { name = '', namespace = '', path, port = 0 } = service;
  if (namespace === '') yield required(at(field, 'name'));
  if (name === '') yield required(at(field, 'namespace'));
  if (port < 1 || port > 65_535) {
    yield invalid(at(field, 'port'), port, 'port is not valid: must be between 1 and 65535, inclusive');
  }
  if (path !== undefined) yield* pathErrors(path, at(field, 'path'));
}

function* pathErrors(path: string, field: string): Errors {
  const wrong = (why: string): FieldError => invalid(field, path, why);
  if (path === '/' || path === '') return;
  if (path === '//') {
    yield wrong('segment[0] may not be empty');
    return;
  }
  if (!path.startsWith('/')) yield wrong("must start with a '/'");
  for (const [i, step] of path.slice(1).replace(/\/$/, '').split('/').entries()) {
    if (step === '') yield wrong(`segment[${i}] may not be empty`);
    else for (const problem of dns1123Subdomain(step)) yield wrong(`segment[${i}]: ${problem}`);
  }
}
