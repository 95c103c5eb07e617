// Describing ingresses, with the endpoints behind them.

import { compareText } from '../../../sandbox/kube/go/text.ts';
import { SERVICE_NAME } from '../../../sandbox/kube/wellknown.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { EndpointSlices, Ingresses, Services } from '../../../sandbox/schema/generated/resources.ts';
import type { V1Ingress, V1IngressBackend, V1IngressServiceBackend } from '../../../sandbox/schema/generated/types.ts';
import { asError } from '../errors.ts';
import { getTyped, listTyped } from '../resource/typed.ts';
import type { RestClient } from '../rest/client.ts';
import { type Describe, eventsAbout, eventsPart } from './describer.ts';
import { endpointsText } from './endpointtexts.ts';
import { type Page, pageText } from './page.ts';
import { annotations, labels, metaOf } from './parts.ts';

interface Route {
  readonly path: string;
  readonly backend: string;
}

interface HostRoutes {
  readonly host: string;
  readonly routes: readonly Route[];
}

export const describeIngress: Describe = function* (scope, namespace, name) {
  const ingress = yield* getTyped(scope.client, Ingresses, namespace, name);
  const events = yield* eventsAbout(scope, Ingresses.kind, ingress);
  const { defaultBackend } = ingress.spec ?? {};
  const fallback =
    defaultBackend === undefined ? '<default>' : yield* backendText(scope.client, namespace, defaultBackend);
  const rules = yield* rulesOf(scope.client, namespace, ingress);
  return pageText((page) => {
    headPart(page, ingress, fallback);
    page.line(0, 'Rules:\n  Host\tPath\tBackends');
    page.line(1, '----\t----\t--------');
    for (const { host, routes } of rules) {
      page.line(1, `${host}\t`);
      for (const { path, backend } of routes) page.line(2, `\t${path} \t${backend}`);
    }
    if (rules.length === 0) page.line(1, `*\t*\t${fallback}`);
    annotations(page, 'Annotations', metaOf(ingress).annotations);
    eventsPart(page, events, scope.now);
  });
};

function headPart(page: Page, ingress: V1Ingress, fallback: string): void {
  const { spec, status } = ingress;
  const addresses = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '');
  const known = [...new Set(addresses.filter((address) => address !== ''))].sort(compareText);
  page.line(0, `Name:\t${metaOf(ingress).name ?? ''}`);
  labels(page, 'Labels', metaOf(ingress).labels);
  page.line(0, `Namespace:\t${metaOf(ingress).namespace ?? ''}`);
  page.line(0, `Address:\t${known.join(',')}`);
  page.line(0, `Ingress Class:\t${spec?.ingressClassName ?? '<none>'}`);
  page.line(0, `Default backend:\t${fallback}`);
  const { tls = [] } = spec ?? {};
  if (tls.length > 0) page.line(0, 'TLS:');
  for (const { secretName = '', hosts = [] } of tls) {
    page.line(1, secretName === '' ? `SNI routes ${hosts.join(',')}` : `${secretName} terminates ${hosts.join(',')}`);
  }
}

function* rulesOf(client: RestClient, namespace: string, { spec }: V1Ingress): Blocking<readonly HostRoutes[]> {
  const rules: HostRoutes[] = [];
  for (const { host = '', http } of spec?.rules ?? []) {
    if (http === undefined) continue;
    const routes: Route[] = [];
    for (const { path = '', backend } of http.paths) {
      routes.push({ path, backend: yield* backendText(client, namespace, backend) });
    }
    rules.push({ host: host || '*', routes });
  }
  return rules;
}

function* backendText(client: RestClient, namespace: string, backend: V1IngressBackend): Blocking<string> {
  const { service, resource } = backend;
  if (service !== undefined) {
    const title = `${service.name}:${service.port?.number || (service.port?.name ?? '')}`;
    try {
      return `${title} (${yield* endpointsBehind(client, namespace, service)})`;
    } catch (error) {
      return `${title} (<error: ${asError(error).message}>)`;
    }
  }
  if (resource === undefined) return '';
  return `APIGroup: ${resource.apiGroup ?? '<none>'}, Kind: ${resource.kind}, Name: ${resource.name}`;
}

function* endpointsBehind(
  client: RestClient,
  namespace: string,
  { name, port }: V1IngressServiceBackend,
): Blocking<string> {
  const labelSelector = `${SERVICE_NAME}=${name}`;
  const slices = yield* listTyped(client, EndpointSlices, namespace, { labelSelector });
  const service = yield* getTyped(client, Services, namespace, name);
  const named = (service.spec?.ports ?? []).filter((each) =>
    port?.number ? each.port === port.number : port?.name ? each.name === port.name : false,
  );
  return endpointsText(slices, named[named.length - 1]?.name ?? '');
}
