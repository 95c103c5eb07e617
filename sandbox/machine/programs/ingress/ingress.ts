// `nginx-ingress-controller`: answers for the ingresses of its class, and writes into them where it is reached.

import type { JsonObject, JsonValue } from '../../../kube/json.ts';
import { rfc3339, timeMs } from '../../../time/units.ts';
import { certificatePem } from '../../net/tls.ts';
import type { Blocking, Program, Sys } from '../../sys.ts';
import { type EdgeController, type EdgePlan, runEdge, type World } from '../edge/controller.ts';
import { addressesOf, listIn, textIn } from '../edge/world.ts';
import type { ApiRequest } from '../kit/apiview.ts';
import { type Flags, readFlags, UsageProblem } from '../kit/flags.ts';
import { glogLine } from '../kit/glog.ts';
import { notModelled } from './annotations.ts';
import { compileIngresses, type IngressSettings, ingressesOf } from './compile.ts';

const VERSION = 'v1.14.1';

const FLAGS = {
  flags:
    '--controller-class= --ingress-class= --watch-ingress-without-class? --default-backend-service= --publish-service= --publish-status-address= --http-port= --https-port= --election-id= --configmap= --v= --enable-metrics? --validating-webhook= --validating-webhook-certificate= --validating-webhook-key= --healthz-port= --ingress-class-by-name? --update-status? --version',
  refused:
    '--tcp-services-configmap= --udp-services-configmap= --watch-namespace= --default-ssl-certificate= --enable-ssl-passthrough? --annotations-prefix=',
};

const CONTROLLER: EdgeController<IngressSettings> = {
  agent: 'nginx-ingress-controller/v1.14.1 (linux/amd64)',
  kinds: [
    { name: 'ingresses', path: '/apis/networking.k8s.io/v1/ingresses', type: '*v1.Ingress' },
    { name: 'ingressclasses', path: '/apis/networking.k8s.io/v1/ingressclasses', type: '*v1.IngressClass' },
    { name: 'services', path: '/api/v1/services', type: '*v1.Service' },
    { name: 'endpointslices', path: '/apis/discovery.k8s.io/v1/endpointslices', type: '*v1.EndpointSlice' },
    { name: 'secrets', path: '/api/v1/secrets', type: '*v1.Secret' },
  ],
  begin,
  plan: planIngresses,
  healthPort: 10254,
  healthPaths: ['/healthz'],
  line: (sys, text) => glogLine(sys, 'I', 'controller.go:214', text),
};

export const nginxIngress: Program = (sys, saved) => runEdge(sys, saved, CONTROLLER);

function* begin(sys: Sys): Blocking<IngressSettings | number> {
  let flags: Flags;
  try {
    flags = readFlags(FLAGS, sys.argv.slice(1), true);
  } catch (error) {
    if (!(error instanceof UsageProblem)) throw error;
    yield* sys.write(2, `nginx-ingress-controller: ${error.message}\n`);
    return 1;
  }
  const dashes = '-'.repeat(79);
  yield* sys.write(
    1,
    `${dashes}\nNGINX Ingress controller\n  Release:       ${VERSION}\n  Build:         simulated\n  nginx version: nginx/1.27.1\n\n${dashes}\n\n`,
  );
  if (flags.has('version')) return 0;
  const isTrue = (name: string): boolean => flags.has(name) && (flags.value(name) || 'true') === 'true';
  return {
    controller: flags.value('controller-class') ?? 'k8s.io/ingress-nginx',
    className: flags.value('ingress-class') ?? 'nginx',
    withoutClass: isTrue('watch-ingress-without-class'),
    defaultBackend: flags.value('default-backend-service'),
    publishService: flags.value('publish-service')?.replace('$(POD_NAMESPACE)', sys.env.get('POD_NAMESPACE') ?? ''),
    publishAddress: flags.value('publish-status-address')?.split(',') ?? [],
    httpPort: Number(flags.value('http-port') ?? 80),
    httpsPort: Number(flags.value('https-port') ?? 443),
  };
}

/** What clients get that ask for a host without a certificate of its own. */
function fakeCertificate(sys: Sys): string {
  const year = 31_536_000_000;
  const start = Math.floor(sys.now() / year) * year;
  return certificatePem({
    subject: 'Kubernetes Ingress Controller Fake Certificate',
    organizations: ['Acme Co'],
    names: ['ingress.local'],
    key: 'ingress-fake',
    signer: 'ingress-fake',
    notBefore: rfc3339(timeMs(start)),
    notAfter: rfc3339(timeMs(start + 2 * year)),
  });
}

function planIngresses(world: World, settings: IngressSettings, sys: Sys): EdgePlan {
  const { http, https, certificates, notes } = compileIngresses(world, settings);
  const ours = ingressesOf(world, settings);
  const front = { wildcards: 'label', server: 'nginx' } as const;
  const addresses = published(world, settings);
  const strange = ours.flatMap((ingress) =>
    notModelled(ingress).map((key) => `${nameOf(ingress)}: annotation ${key} isn't modelled, and changes nothing`),
  );
  return {
    ports: [
      { ...front, port: settings.httpPort, rules: http },
      { ...front, port: settings.httpsPort, rules: https, tls: { cert: fakeCertificate(sys), named: certificates } },
    ],
    writes: ours.flatMap((ingress) => statusOf(ingress, addresses)),
    notes: [...notes, ...strange],
  };
}

function nameOf(ingress: JsonObject): string {
  return `${textIn(ingress, 'metadata', 'namespace')}/${textIn(ingress, 'metadata', 'name')}`;
}

function published(world: World, { publishService, publishAddress }: IngressSettings): readonly JsonObject[] {
  if (publishAddress.length > 0)
    return publishAddress.map((each) => (/^[\d.:]+$/.test(each) ? { ip: each } : { hostname: each }));
  return publishService === undefined ? [] : addressesOf(world.get('services')?.get(publishService));
}

function statusOf(ingress: JsonObject, addresses: readonly JsonObject[]): readonly ApiRequest[] {
  const told: JsonValue = listIn(ingress, 'status', 'loadBalancer', 'ingress').map(({ ip, hostname }) => ({
    ...(ip === undefined ? {} : { ip }),
    ...(hostname === undefined ? {} : { hostname }),
  }));
  if (JSON.stringify(told) === JSON.stringify(addresses)) return [];
  const namespace = textIn(ingress, 'metadata', 'namespace');
  return [
    {
      method: 'PATCH',
      path: `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses/${textIn(ingress, 'metadata', 'name')}/status`,
      contentType: 'application/merge-patch+json',
      body: { status: { loadBalancer: { ingress: [...addresses] } } },
    },
  ];
}
