// kubectl create ingress

import { Ingresses } from '../../../../sandbox/schema/generated/resources.ts';
import type {
  V1HTTPIngressPath,
  V1IngressBackend,
  V1IngressRule,
  V1IngressSpec,
  V1IngressTLS,
} from '../../../../sandbox/schema/generated/types.ts';
import type { Call } from '../../call.ts';
import { generator } from './generator.ts';

export const createIngress = generator({
  path: 'create ingress',
  type: Ingresses,
  failure: 'failed to create ingress:',
  long: `
Create an ingress with the given name.

Each rule is HOST/PATH=SERVICE:PORT, with ,tls=SECRET at its end for a host with a certificate. A path that ends with * stands for everything below it.`,
  examples: `
# One host and path
kubectl create ingress web --rule="web.example.com/shop=shop:80"

# Everything below a path
kubectl create ingress web --class=nginx --rule="web.example.com/*=web:http"

# With a certificate
kubectl create ingress web --rule="web.example.com/*=web:443,tls=web-cert"

# What no rule is for
kubectl create ingress web --default-backend=web:80 --rule="api.example.com/*=api:80"

# Annotations
kubectl create ingress web --annotation=example.com/a=1 --rule="web.example.com/=web:80"`,
  *validate(call) {
    confirmFlags(call);
  },
  *make(call, { name, placed }) {
    const pairs = call.flags.strings('annotation').map((text) => splitOnce(text, '='));
    return {
      metadata: { name, ...placed, annotations: Object.fromEntries(pairs) },
      spec: ingressSpec(call),
    };
  },
});

/** HOST/PATH=SERVICE:PORT and whatever follows. */
const RULE = /^[\w*.-]*\/.*=[\w-]+:[\w-]/;

function confirmFlags({ flags }: Call): void {
  const [defaultBackend, rules] = [flags.string('default-backend'), flags.strings('rule')];
  if (defaultBackend === '' && rules.length === 0) {
    throw new Error(
      'not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)',
    );
  }
  const badRule = rules.find((rule) => !RULE.test(rule));
  if (badRule !== undefined) {
    throw new Error(`rule ${badRule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`);
  }
  const badAnnotation = flags.strings('annotation').find((text) => !text.includes('='));
  if (badAnnotation !== undefined) {
    throw new Error(`annotation ${badAnnotation} is invalid and should be in format key=[value]`);
  }
  if (defaultBackend !== '' && defaultBackend.split(':').length !== 2) {
    throw new Error('default-backend should be in format servicename:serviceport');
  }
}

function ingressSpec({ flags }: Call): V1IngressSpec {
  const [ingressClassName, defaultBackend] = [flags.string('class'), flags.string('default-backend')];
  const rules = flags.strings('rule');
  return {
    ...(ingressClassName === '' ? {} : { ingressClassName }),
    ...(defaultBackend === '' ? {} : { defaultBackend: backend(defaultBackend) }),
    tls: tlsOf(rules),
    rules: rulesOf(rules),
  };
}

/** One entry for each secret, with the hosts that use it. A host counts the first time only. */
function tlsOf(rules: readonly string[]): readonly V1IngressTLS[] {
  const hosts = new Set<string>();
  const bySecret = new Map<string, string[]>();
  for (const rule of rules) {
    const [where = '', tls, ...more] = rule.split(',');
    const [host] = splitOnce(where, '/');
    if (tls === undefined || more.length > 0 || hosts.has(host)) continue;
    hosts.add(host);
    const secret = tls.split('=')[1] ?? '';
    const known = bySecret.get(secret);
    if (known !== undefined) known.push(host);
    else if (host !== '' || secret !== '') bySecret.set(secret, host === '' ? [] : [host]);
  }
  return [...bySecret].map(([secretName, names]) => ({
    ...(names.length === 0 ? {} : { hosts: names }),
    ...(secretName === '' ? {} : { secretName }),
  }));
}

/** One rule for each host, with its paths. */
function rulesOf(rules: readonly string[]): readonly V1IngressRule[] {
  const byHost = new Map<string, V1HTTPIngressPath[]>();
  for (const rule of rules) {
    const [host, path] = splitOnce(rule.split(',')[0] ?? '', '/');
    byHost.set(host, [...(byHost.get(host) ?? []), ingressPath(path)]);
  }
  return [...byHost].map(([host, paths]) => ({ ...(host === '' ? {} : { host }), http: { paths } }));
}

function ingressPath(text: string): V1HTTPIngressPath {
  const [before = '', service = ''] = text.split('=');
  const prefix = before.endsWith('*');
  return {
    path: `/${prefix ? before.slice(0, -1) : before}`,
    pathType: prefix ? 'Prefix' : 'Exact',
    backend: backend(service),
  };
}

/** `web:80` or `web:http`. */
function backend(text: string): V1IngressBackend {
  const [name = '', port = ''] = text.split(':');
  const isNumber = /^[+-]?\d+$/.test(port) && Math.abs(Number(port)) < 2 ** 31;
  return { service: { name, port: isNumber ? { number: Number(port) } : { name: port } } };
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
