// kubectl expose: a service in front of what is there.

import { goValue } from '../../../sandbox/kube/go/text.ts';
import { isArray, isObject, type JsonObject, type JsonValue } from '../../../sandbox/kube/json.ts';
import { groupKind } from '../../../sandbox/kube/resource.ts';
import { messageOf } from '../../../sandbox/kube/thrown.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { Services } from '../../../sandbox/schema/generated/resources.ts';
import type { V1Service, V1ServicePort } from '../../../sandbox/schema/generated/types.ts';
import type { Call } from '../call.ts';
import { command } from '../command.ts';
import { goList } from '../describe/parts.ts';
import { remembering } from '../lastapplied.ts';
import { objectPrinter, printerOptions } from '../printers/formats.ts';
import type { ObjectPrinter } from '../printers/printer.ts';
import { type Info, mappingOf, metaMap, objectOf } from '../resource/info.ts';
import { ACCEPT_SCHEME, createObject } from '../resource/requests.ts';
import { canonicalObject, typeOf } from '../resource/typed.ts';
import { typed } from './create/generator.ts';
import { fileOptions } from './shared/files.ts';
import { parseLabelText } from './shared/labels.ts';
import { overridden } from './shared/overrides.ts';
import { recorded } from './shared/record.ts';
import { type DryRun, dryRunOf, operationText, writeOptions } from './shared/write.ts';

interface ExposeOptions {
  readonly dryRun: DryRun;
  readonly printer: ObjectPrinter;
  readonly namespace: string;
  readonly explicitNamespace: boolean;
}

/** What the first object gave for flags that were left out; later ones are exposed with the same. */
interface Known {
  selector: string;
  port: string;
  labels: string;
}

const NAME_LIMIT = 63;
const EXPOSABLE = ['replicationcontrollers', 'services', 'pods', 'deployments.apps', 'replicasets.apps'];

export const expose = command<ExposeOptions>({
  path: 'expose',
  long: `
Make a service for a pod, a replica set, a deployment, a replication controller or another service.

Selector, ports and labels are taken from there, unless flags say otherwise. A deployment or replica set can be exposed when its selector has labels only.`,
  examples: `
# Port 80 of the service leads to port 8080 of the deployment's pods
kubectl expose deployment web --port=80 --target-port=8080

# The ports are those of the pod
kubectl expose pod web --name=front

# A port of each node
kubectl expose deployment web --port=80 --type=NodePort`,
  *complete(call) {
    const dryRun = yield* dryRunOf(call);
    const options = { operation: operationText('exposed', dryRun), ...typed(Services) };
    const printer = yield* objectPrinter(call, printerOptions(call, options));
    yield* call.restConfig();
    const { namespace, explicit } = yield* call.namespace();
    return { dryRun, printer, namespace, explicitNamespace: explicit };
  },
  *run(options, call) {
    const selected = yield* call.select({
      namespace: options.namespace,
      enforceNamespace: options.explicitNamespace,
      files: fileOptions(call),
      args: call.args,
      typed: true,
      flatten: true,
      continueOnError: true,
    });
    const { flags } = call;
    const known = { selector: flags.string('selector'), port: flags.string('port'), labels: flags.string('labels') };
    yield* selected.visit((info) => exposeOne(options, call, info, known));
  },
});

function* exposeOne(options: ExposeOptions, call: Call, info: Info, known: Known): Blocking<void> {
  const { group, resource } = mappingOf(info);
  if (!EXPOSABLE.includes(group === '' ? resource : `${resource}.${group}`)) {
    throw new Error(`cannot expose a ${groupKind(mappingOf(info))}`);
  }
  known.selector ||= introspected('selectors via --selector flag', () => selectorOf(info));
  known.port ||= portOf(call, info);
  const protocols = protocolsOf(objectOf(info));
  known.labels ||= labelText(metaMap(objectOf(info), 'labels'));
  const service = canonicalObject(serviceOf(call, info, known, protocols), Services);
  const wished = recorded(call, overridden(call, service, Services));
  yield* call.out(options.printer.print(yield* made(options, call, wished)));
}

function* made(options: ExposeOptions, call: Call, service: JsonObject): Blocking<JsonObject> {
  const { dryRun, namespace, explicitNamespace } = options;
  if (dryRun === 'client') {
    const metadata = isObject(service['metadata']) ? service['metadata'] : {};
    const placed = explicitNamespace ? { ...service, metadata: { ...metadata, namespace } } : service;
    return canonicalObject(placed, Services);
  }
  const object = remembering(service, call.flags.bool('save-config'), typeOf(Services));
  const client = yield* call.client();
  const write = { ...writeOptions(call, dryRun), accept: ACCEPT_SCHEME };
  const answer = yield* createObject(client, Services, namespace, object, write);
  return canonicalObject(answer, Services);
}

function introspected(what: string, find: () => string): string {
  try {
    return find();
  } catch (error) {
    throw new Error(`couldn't retrieve ${what} or introspection: ${messageOf(error)}`);
  }
}

function at(object: JsonObject, ...path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = object;
  for (const key of path) value = isObject(value) ? value[key] : undefined;
  return value;
}

function labelText(labels: JsonValue | undefined): string {
  if (!isObject(labels)) return '';
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(',');
}

/** Which pods the object is about, as labels. */
function selectorOf(info: Info): string {
  const object = objectOf(info);
  switch (mappingOf(info).resource) {
    case 'pods': {
      const text = labelText(metaMap(object, 'labels'));
      if (text === '') throw new Error('the pod has no labels and cannot be exposed');
      return text;
    }
    case 'services': {
      const text = labelText(at(object, 'spec', 'selector'));
      if (text === '') throw new Error('the service has no pod selector set');
      return text;
    }
    case 'replicationcontrollers':
      return labelText(at(object, 'spec', 'selector'));
    default:
      return labelsOfSelector(object);
  }
}

function labelsOfSelector(object: JsonObject): string {
  const expressions = at(object, 'spec', 'selector', 'matchExpressions');
  if (isArray(expressions) && expressions.length > 0) {
    const shown = goList(expressions.filter(isObject).map(expressionText));
    throw new Error(`couldn't convert expressions - "${shown}" to map-based selector format`);
  }
  return labelText(at(object, 'spec', 'selector', 'matchLabels'));
}

/** As Go prints one. */
function expressionText({ key, operator, values }: JsonObject): string {
  return `{Key:${String(key)} Operator:${String(operator)} Values:${goValue(values ?? [])}}`;
}

interface Port {
  readonly port: string;
  readonly protocol: string;
}

/** The ports of a service, or of the containers of a pod or pod template. */
function portsOf(object: JsonObject): readonly Port[] {
  const own = at(object, 'spec', 'ports');
  if (isArray(own)) return own.filter(isObject).map((port) => portFrom(port, 'port'));
  const containers = at(object, 'spec', 'containers') ?? at(object, 'spec', 'template', 'spec', 'containers');
  return (isArray(containers) ? containers.filter(isObject) : []).flatMap(({ ports }) =>
    (isArray(ports) ? ports.filter(isObject) : []).map((port) => portFrom(port, 'containerPort')),
  );
}

function portFrom(port: JsonObject, key: string): Port {
  return { port: String(port[key]), protocol: String(port['protocol'] || 'TCP') };
}

function portOf(call: Call, info: Info): string {
  const ports = portsOf(objectOf(info)).map(({ port }) => port);
  if (ports.length === 0 && call.flags.string('cluster-ip') !== 'None') {
    throw new Error("couldn't find port via --port flag or introspection");
  }
  return ports.join(',');
}

function protocolsOf(object: JsonObject): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { port, protocol } of portsOf(object)) found.set(port, [...(found.get(port) ?? []), protocol]);
  return found;
}

function serviceOf(
  { flags }: Call,
  info: Info,
  known: Known,
  protocols: ReadonlyMap<string, readonly string[]>,
): V1Service & JsonObject {
  if (known.selector === '') throw new Error('selector must be specified');
  const selector = parseLabelText(known.selector);
  const affinity = flags.string('session-affinity');
  if (!['', 'None', 'ClientIP'].includes(affinity)) throw new Error(`unknown session affinity: ${affinity}`);
  const target = flags.string('target-port');
  const ports = servicePorts(known.port, flags.string('protocol'), protocols).map((port) => ({
    ...port,
    targetPort: target === '' ? port.port : /^[+-]?\d+$/.test(target) ? Number(target) : target,
  }));
  const text = (field: string, flag: string): object =>
    flags.string(flag) === '' ? {} : { [field]: flags.string(flag) };
  return {
    metadata: {
      name: flags.string('name') || info.name.slice(0, NAME_LIMIT),
      ...(known.labels === '' ? {} : { labels: parseLabelText(known.labels) }),
    },
    spec: {
      selector,
      ...(ports.length === 0 ? {} : { ports }),
      ...(flags.string('external-ip') === '' ? {} : { externalIPs: [flags.string('external-ip')] }),
      ...text('type', 'type'),
      ...(flags.string('type') === 'LoadBalancer' ? text('loadBalancerIP', 'load-balancer-ip') : {}),
      ...text('sessionAffinity', 'session-affinity'),
      ...text('clusterIP', 'cluster-ip'),
    },
  };
}

/** A port that carries several protocols becomes several ports. */
function servicePorts(
  text: string,
  protocol: string,
  protocols: ReadonlyMap<string, readonly string[]>,
): readonly V1ServicePort[] {
  if (text === '') return [];
  const all = text.split(',');
  return all.flatMap((each, i): readonly V1ServicePort[] => {
    const port = portNumber(each);
    const name = all.length > 1 ? { name: `port-${i + 1}` } : {};
    const known = protocol === '' ? (protocols.get(each) ?? []) : [];
    if (known.length > 1) {
      return known.map((each) => ({ name: `port-${i + 1}-${each.toLowerCase()}`, port, protocol: each }));
    }
    return [{ ...name, port, protocol: protocol || known[0] || 'TCP' }];
  });
}

function portNumber(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new Error(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}
