// Describing services.

import { SERVICE_NAME } from '../../../sandbox/kube/wellknown.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { EndpointSlices, Services } from '../../../sandbox/schema/generated/resources.ts';
import type { V1EndpointSlice, V1LoadBalancerIngress, V1Service } from '../../../sandbox/schema/generated/types.ts';
import { labelsText } from '../printers/table.ts';
import { getTyped, listTyped } from '../resource/typed.ts';
import type { RestClient } from '../rest/client.ts';
import { type Describe, eventsAbout, eventsPart } from './describer.ts';
import { endpointsText } from './endpointtexts.ts';
import { type Page, pageText } from './page.ts';
import { metaOf } from './parts.ts';
import { marks, names } from './workload.ts';

export const describeService: Describe = function* (scope, namespace, name) {
  const service = yield* getTyped(scope.client, Services, namespace, name);
  const slices = yield* slicesIfFound(scope.client, service);
  const events = yield* eventsAbout(scope, Services.kind, service);
  return pageText((page) => {
    names(page, service);
    marks(page, service);
    addressPart(page, service);
    portsPart(page, service, slices);
    policyPart(page, service);
    eventsPart(page, events, scope.now);
  });
};

function* slicesIfFound(client: RestClient, service: V1Service): Blocking<readonly V1EndpointSlice[]> {
  const { namespace = '', name = '' } = metaOf(service);
  try {
    return yield* listTyped(client, EndpointSlices, namespace, { labelSelector: `${SERVICE_NAME}=${name}` });
  } catch {
    return [];
  }
}

function addressPart(page: Page, { spec, status }: V1Service): void {
  page.line(0, `Selector:\t${labelsText(spec?.selector ?? {})}`);
  page.line(0, `Type:\t${spec?.type ?? ''}`);
  if (spec?.ipFamilyPolicy !== undefined) page.line(0, `IP Family Policy:\t${spec.ipFamilyPolicy}`);
  page.line(0, `IP Families:\t${joined(spec?.ipFamilies) || '<none>'}`);
  page.line(0, `IP:\t${spec?.clusterIP ?? ''}`);
  page.line(0, `IPs:\t${joined(spec?.clusterIPs) || '<none>'}`);
  if (joined(spec?.externalIPs) !== '') page.line(0, `External IPs:\t${joined(spec?.externalIPs)}`);
  if (spec?.loadBalancerIP) page.line(0, `Desired LoadBalancer IP:\t${spec.loadBalancerIP}`);
  if (spec?.externalName) page.line(0, `External Name:\t${spec.externalName}`);
  const { ingress = [] } = status?.loadBalancer ?? {};
  if (ingress.length > 0) page.line(0, `LoadBalancer Ingress:\t${ingress.map(ingressText).join(', ')}`);
}

function joined(texts: readonly string[] | undefined): string {
  return (texts ?? []).join(',');
}

function ingressText({ ip, hostname = '', ipMode }: V1LoadBalancerIngress): string {
  if (!ip) return hostname;
  return ipMode === undefined ? ip : `${ip} (${ipMode})`;
}

function portsPart(page: Page, { spec }: V1Service, slices: readonly V1EndpointSlice[]): void {
  for (const { name = '', port, protocol = '', targetPort, appProtocol, nodePort = 0 } of spec?.ports ?? []) {
    const title = name || '<unset>';
    page.line(0, `Port:\t${title}\t${port}/${protocol}`);
    page.line(0, `TargetPort:\t${targetPort ?? 0}/${protocol}`);
    if (appProtocol !== undefined) page.line(0, `AppProtocol:\t${appProtocol}`);
    if (nodePort !== 0) page.line(0, `NodePort:\t${title}\t${nodePort}/${protocol}`);
    page.line(0, `Endpoints:\t${endpointsText(slices, name)}`);
  }
}

function policyPart(page: Page, { spec }: V1Service): void {
  page.line(0, `Session Affinity:\t${spec?.sessionAffinity ?? ''}`);
  if (spec?.externalTrafficPolicy) page.line(0, `External Traffic Policy:\t${spec.externalTrafficPolicy}`);
  if (spec?.internalTrafficPolicy !== undefined) {
    page.line(0, `Internal Traffic Policy:\t${spec.internalTrafficPolicy}`);
  }
  if (spec?.healthCheckNodePort) page.line(0, `HealthCheck NodePort:\t${spec.healthCheckNodePort}`);
  const ranges = joined(spec?.loadBalancerSourceRanges);
  if (ranges !== '') page.line(0, `LoadBalancer Source Ranges:\t${ranges}`);
  if (spec?.trafficDistribution !== undefined) page.line(0, `Traffic Distribution:\t${spec.trafficDistribution}`);
}
