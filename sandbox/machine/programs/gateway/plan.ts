// What Gateways and their routes come to: rules for ports, a service for each Gateway, and the statuses of all. Pure.

import type { JsonObject, JsonValue } from '../../../kube/json.ts';
import { conditionsOf, type Finding, generationOf } from '../edge/conditions.ts';
import type { EdgePlan, World } from '../edge/controller.ts';
import { inOrder, type PortPlan, type Rule } from '../edge/routes.ts';
import { addressesOf, keyOf, listIn, numberIn, objectsOf, textIn, textsIn, valueIn } from '../edge/world.ts';
import type { ApiRequest } from '../kit/apiview.ts';
import { allows, type Listener, listenersOf, sharedHosts } from './listeners.ts';
import { compileRoute } from './rules.ts';
import { type GatewayService, servicesFor } from './services.ts';

export interface GatewaySettings {
  readonly controllerName: string;
  /** The class that it makes for itself. */
  readonly className: string;
  /** Where it lives, and the services of Gateways with it. */
  readonly namespace: string;
}

const API = '/apis/gateway.networking.k8s.io/v1';

/** A route on a listener that has let it in, under these names. */
interface Attached {
  readonly listener: Listener;
  readonly hosts: readonly string[];
  readonly rules: readonly Rule[];
}

export function planGateways(world: World, settings: GatewaySettings, now: string): EdgePlan {
  const classes = objectsOf(world, 'gatewayclasses').filter(
    (each) => textIn(each, 'spec', 'controllerName') === settings.controllerName,
  );
  const names = new Set(classes.map((each) => textIn(each, 'metadata', 'name')));
  const gateways = objectsOf(world, 'gateways').filter((each) => names.has(textIn(each, 'spec', 'gatewayClassName')));
  const listeners = new Map(gateways.map((gateway) => [keyOf(gateway), listenersOf(world, gateway)]));
  const attached: Attached[] = [];
  const writes: ApiRequest[] = [];
  if (classes.length === 0) writes.push(newClass(settings));
  for (const gatewayClass of classes) writes.push(...classStatus(gatewayClass, now));
  for (const route of objectsOf(world, 'httproutes'))
    writes.push(...attach(world, settings, route, listeners, attached, now));
  const { services, requests } = servicesFor(world, settings.namespace, listeners);
  writes.push(...requests);
  for (const gateway of gateways) {
    const own = attached.filter(({ listener }) => keyOf(listener.gateway) === keyOf(gateway));
    writes.push(...gatewayStatus(gateway, listeners.get(keyOf(gateway)) ?? [], own, services.get(keyOf(gateway)), now));
  }
  return { ports: portsOf(listeners, services, attached), writes, notes: [] };
}

function portsOf(
  listeners: ReadonlyMap<string, readonly Listener[]>,
  services: ReadonlyMap<string, GatewayService>,
  attached: readonly Attached[],
): readonly PortPlan[] {
  const plans: PortPlan[] = [];
  for (const [key, own] of listeners) {
    for (const [port, target] of services.get(key)?.targets ?? []) {
      const here = own.filter((listener) => listener.port === port && listener.holds);
      const rules = attached
        .filter(({ listener }) => here.includes(listener))
        .flatMap(({ hosts, rules: each }) => hosts.flatMap((host) => each.map((rule): Rule => ({ ...rule, host }))));
      const [first] = here.flatMap(({ certificates }) => certificates);
      const named = here.flatMap(({ hostname, certificates }) =>
        certificates.slice(0, 1).map((cert) => ({ name: hostname, cert })),
      );
      plans.push({
        port: target,
        rules: inOrder(rules),
        wildcards: 'suffix',
        ...(first === undefined ? {} : { tls: { cert: first, named } }),
      });
    }
  }
  return plans;
}

/** What became of each of a route's wishes for a parent. */
function attach(
  world: World,
  { controllerName }: GatewaySettings,
  route: JsonObject,
  listeners: ReadonlyMap<string, readonly Listener[]>,
  attached: Attached[],
  now: string,
): readonly ApiRequest[] {
  const { rules, resolved, unsupported } = compileRoute(world, route);
  const before = listIn(route, 'status', 'parents');
  const parents: JsonObject[] = before.filter((each) => each['controllerName'] !== controllerName);
  for (const ref of listIn(route, 'spec', 'parentRefs')) {
    const own = listeners.get(gatewayKey(route, ref));
    if (own === undefined) continue;
    const found = takers(world, route, ref, own);
    const accepted = unsupported === undefined ? found.accepted : refusal('UnsupportedValue', unsupported);
    if (accepted.status === 'True')
      for (const { listener, hosts } of found.takers) attached.push({ listener, hosts, rules });
    const known = before.find((each) => JSON.stringify(each['parentRef']) === JSON.stringify(ref));
    parents.push({
      parentRef: ref,
      controllerName,
      conditions: conditionsOf([accepted, resolved], listIn(known, 'conditions'), generationOf(route), now),
    });
  }
  return statusWrite('httproutes', route, { parents });
}

function gatewayKey(route: JsonObject, ref: JsonObject): string {
  const kind = textIn(ref, 'kind') || 'Gateway';
  const namespace = textIn(ref, 'namespace') || textIn(route, 'metadata', 'namespace');
  return kind === 'Gateway' ? `${namespace}/${textIn(ref, 'name')}` : '';
}

function refusal(reason: string, message: string): Finding {
  return { type: 'Accepted', status: 'False', reason, message };
}

/** The listeners that take a route in; or why none does. */
function takers(
  world: World,
  route: JsonObject,
  ref: JsonObject,
  own: readonly Listener[],
): { accepted: Finding; takers: readonly { listener: Listener; hosts: readonly string[] }[] } {
  const [section, port] = [textIn(ref, 'sectionName'), numberIn(ref, 'port')];
  const asked = own.filter(
    (listener) => (section === '' || listener.name === section) && (port === undefined || listener.port === port),
  );
  if (asked.length === 0)
    return { accepted: refusal('NoMatchingParent', 'No listener has this name and port'), takers: [] };
  const open = asked.filter((listener) => allows(world, listener, textIn(route, 'metadata', 'namespace')));
  if (open.length === 0)
    return { accepted: refusal('NotAllowedByListeners', 'No listener lets routes of this namespace in'), takers: [] };
  const hostnames = textsIn(route, 'spec', 'hostnames');
  const named = open
    .map((listener) => ({ listener, hosts: sharedHosts(listener.hostname, hostnames) }))
    .filter(({ hosts }) => hosts.length > 0);
  if (named.length === 0)
    return {
      accepted: refusal(
        'NoMatchingListenerHostname',
        'The hostnames of the route and of the listeners have nothing in common',
      ),
      takers: [],
    };
  return {
    accepted: { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'Route is accepted' },
    takers: named,
  };
}

function newClass({ className, controllerName }: GatewaySettings): ApiRequest {
  const body = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: className },
    spec: { controllerName },
  };
  return { method: 'POST', path: `${API}/gatewayclasses`, body };
}

function classStatus(gatewayClass: JsonObject, now: string): readonly ApiRequest[] {
  const accepted: Finding = { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'Valid GatewayClass' };
  const before = listIn(gatewayClass, 'status', 'conditions');
  return statusWrite('gatewayclasses', gatewayClass, {
    conditions: conditionsOf([accepted], before, generationOf(gatewayClass), now),
  });
}

function gatewayStatus(
  gateway: JsonObject,
  listeners: readonly Listener[],
  attached: readonly Attached[],
  service: GatewayService | undefined,
  now: string,
): readonly ApiRequest[] {
  const addresses = addressesOf(service?.object).map((each) =>
    each['ip'] === undefined
      ? { type: 'Hostname', value: each['hostname'] ?? '' }
      : { type: 'IPAddress', value: each['ip'] },
  );
  const generation = generationOf(gateway);
  const valid = listeners.some(({ holds }) => holds);
  const findings: readonly Finding[] = [
    valid
      ? { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'Gateway is accepted' }
      : refusal('ListenersNotValid', 'No listener of the Gateway is valid'),
    addresses.length > 0 && valid
      ? { type: 'Programmed', status: 'True', reason: 'Programmed', message: 'Gateway is programmed' }
      : {
          type: 'Programmed',
          status: 'False',
          reason: valid ? 'AddressNotAssigned' : 'Invalid',
          message: valid ? 'No address was given to the service of the Gateway yet' : 'Gateway is not valid',
        },
  ];
  const before = listIn(gateway, 'status', 'listeners');
  return statusWrite('gateways', gateway, {
    ...(addresses.length === 0 ? {} : { addresses }),
    conditions: conditionsOf(findings, listIn(gateway, 'status', 'conditions'), generation, now),
    listeners: listeners.map((listener) => ({
      name: listener.name,
      supportedKinds: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }],
      attachedRoutes: attached.filter((each) => each.listener === listener).length,
      conditions: conditionsOf(
        listener.findings,
        listIn(
          before.find(({ name }) => name === listener.name),
          'conditions',
        ),
        generation,
        now,
      ),
    })),
  });
}

/** A request, unless the object says this already. */
function statusWrite(resource: string, object: JsonObject, status: JsonObject): readonly ApiRequest[] {
  const told = Object.keys(status).every((key) => sameValue(valueIn(object, 'status', key), status[key]));
  if (told) return [];
  const namespace = textIn(object, 'metadata', 'namespace');
  const place = namespace === '' ? '' : `/namespaces/${namespace}`;
  return [
    {
      method: 'PATCH',
      path: `${API}${place}/${resource}/${textIn(object, 'metadata', 'name')}/status`,
      contentType: 'application/merge-patch+json',
      body: { status },
    },
  ];
}

function sameValue(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  return canonical(one) === canonical(other);
}

/** Keys in order, so that two that say the same are the same text. */
function canonical(value: JsonValue | undefined): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)))
      : each,
  );
}
