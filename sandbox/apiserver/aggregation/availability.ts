// Whether the API server behind an APIService can be asked: what the cluster's own objects say of it, and how it is told
// in the condition Available. Pure decisions.

import { withCondition } from '../../kube/conditions.ts';
import { quote } from '../../kube/go/text.ts';
import type { JsonObject } from '../../kube/json.ts';
import { SERVICE_NAME } from '../../kube/wellknown.ts';
import { EndpointSlices, Services } from '../../schema/generated/resources.ts';
import type {
  V1APIService,
  V1APIServiceSpec,
  V1EndpointSlice,
  V1Service,
  V1ServicePort,
} from '../../schema/generated/types.ts';
import type { KindContext } from '../kind.ts';

export interface Verdict {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

/** The service behind an APIService, its port filled in. */
export interface ServiceReference {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

const DEFAULT_PORT = 443;

/** Undefined for what the server serves itself. */
export function serviceOf({ spec }: { readonly spec?: V1APIServiceSpec }): ServiceReference | undefined {
  if (spec?.service === undefined) return undefined;
  const { namespace = '', name = '', port = DEFAULT_PORT } = spec.service;
  return { namespace, name, port };
}

export const PASSED: Verdict = { status: 'True', reason: 'Passed', message: 'all checks passed' };

export const LOCAL: Verdict = {
  status: 'True',
  reason: 'Local',
  message: 'Local APIServices are always available',
};

export function unavailable(reason: string, message: string): Verdict {
  return { status: 'False', reason, message };
}

/** Why nobody needs to ask: the service isn't there, or nothing is behind it. */
export function missingPart(
  { namespace, name, port }: ServiceReference,
  context: Pick<KindContext, 'get' | 'list'>,
): Verdict | undefined {
  const where = `service/${name} in ${quote(namespace)}`;
  const service = context.get<V1Service>(Services, namespace, name);
  if (service === undefined) return unavailable('ServiceNotFound', `${where} is not present`);
  if ((service.spec?.type ?? 'ClusterIP') !== 'ClusterIP') return undefined;
  const found = service.spec?.ports?.find((each) => each.port === port);
  if (found === undefined) return unavailable('ServicePortError', `${where} is not listening on port ${port}`);
  const slices = context.list<V1EndpointSlice>(EndpointSlices, namespace).filter((slice) => isOf(slice, name));
  if (slices.length === 0) return unavailable('EndpointsNotFound', `cannot find endpointslices for ${where}`);
  if (slices.some((slice) => isReady(slice, found))) return undefined;
  const why = `endpointslices for ${where} have no addresses with port name ${quote(found.name ?? '')}`;
  return unavailable('MissingEndpoints', why);
}

function isOf({ metadata }: V1EndpointSlice, service: string): boolean {
  return metadata?.labels?.[SERVICE_NAME] === service;
}

function isReady({ endpoints, ports }: V1EndpointSlice, { name = '' }: V1ServicePort): boolean {
  const isAnyReady = (endpoints ?? []).some(({ conditions }) => conditions?.ready !== false);
  return isAnyReady && (ports ?? []).some((port) => port.name === name && port.port !== undefined);
}

/** The APIService with the condition. When it changed last is kept as long as its status does. */
export function withVerdict(service: V1APIService, verdict: Verdict, now: string): V1APIService {
  const conditions = withCondition(service.status?.conditions ?? [], { type: 'Available', ...verdict }, now);
  return { ...service, status: { ...service.status, conditions } };
}

export function isAvailable({ status }: Pick<V1APIService, 'status'> | JsonObject): boolean {
  const { conditions } = (status ?? {}) as NonNullable<V1APIService['status']>;
  return (conditions ?? []).some((each) => each.type === 'Available' && each.status === 'True');
}
