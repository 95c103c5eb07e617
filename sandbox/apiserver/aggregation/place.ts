// How the server behind an APIService is known: the name on its certificate, and who may have signed that.

import { decodeBase64 } from '../../kube/base64.ts';
import type { ServerPlace } from '../../kube/forward.ts';
import type { V1APIServiceSpec } from '../../schema/generated/types.ts';
import type { ServiceReference } from './availability.ts';

const UTF8 = new TextDecoder();

export function authorities(
  { caBundle = '', insecureSkipTLSVerify = false }: V1APIServiceSpec,
  { name, namespace }: ServiceReference,
): Pick<ServerPlace, 'tls'> {
  const serverName = `${name}.${namespace}.svc`;
  if (insecureSkipTLSVerify) return { tls: { serverName } };
  return { tls: { serverName, authorities: UTF8.decode(decodeBase64(caBundle)) } };
}
