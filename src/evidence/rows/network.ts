// Services that lead nowhere, Ingresses without a way, policies that hold nothing.

import { SERVICE_NAME } from '../../../sandbox/kube/wellknown.ts';
import type {
  V1EndpointSlice,
  V1Ingress,
  V1NetworkPolicy,
  V1Pod,
  V1Service,
} from '../../../sandbox/schema/generated/types.ts';
import { isThere, isTrue, labelSelectorText, namespaceOf, selectorText } from '../reading.ts';
import { type Lookup, type Row, rowsFor, type Values } from '../row.ts';

function podsBehind(service: V1Service, look: Lookup): readonly V1Pod[] {
  const selector = selectorText(service.spec?.selector);
  if (selector === '') return [];
  return look({ kind: 'Pod', namespace: namespaceOf(service), selector }) as readonly V1Pod[];
}

function isExternal({ spec }: V1Service): boolean {
  return spec?.type === 'ExternalName';
}

/** A target port that none of the Pods names. */
function unknownPort(service: V1Service, look: Lookup): Values | undefined {
  const pods = podsBehind(service, look);
  const ports = pods.flatMap(({ spec }) => (spec?.containers ?? []).flatMap((container) => container.ports ?? []));
  if (pods.length === 0) return undefined;
  for (const { port, targetPort = port } of service.spec?.ports ?? []) {
    const known = ports.some(({ name, containerPort }) => targetPort === name || targetPort === containerPort);
    const named = typeof targetPort === 'string';
    if (known || (!named && ports.length === 0)) continue;
    const listed = ports.map(({ name, containerPort }) =>
      name === undefined ? containerPort : `${name}=${containerPort}`,
    );
    return { port, target: targetPort, known: [...new Set(listed)].join(', ') || '-' };
  }
  return undefined;
}

/** Pods with the labels, in other namespaces. */
function elsewhere(service: V1Service, look: Lookup): Values | undefined {
  const selector = selectorText(service.spec?.selector);
  if (selector === '' || podsBehind(service, look).length > 0) return undefined;
  const [found] = look({ kind: 'Pod', namespace: '*', selector });
  return found && { selector, other: namespaceOf(found) };
}

const SERVICES: readonly Row[] = rowsFor<V1Service>('Service', [
  {
    id: 'service-no-selector',
    when: (service, look) => {
      if (isExternal(service) || selectorText(service.spec?.selector) !== '') return undefined;
      const selector = `${SERVICE_NAME}=${service.metadata?.name}`;
      const slices = look({ kind: 'EndpointSlice', namespace: namespaceOf(service), selector });
      return !(slices as readonly V1EndpointSlice[]).some(({ endpoints }) => (endpoints ?? []).length > 0);
    },
    evidence: {
      en: 'spec.selector is empty, and no EndpointSlice of its name has addresses',
      ja: 'spec.selector が空で、この Service の EndpointSlice にもアドレスがない',
    },
    cause: {
      en: 'Without a selector a Service finds nobody by itself: somebody has to write its EndpointSlices.',
      ja: 'selector のない Service は、自分では相手を探しません。EndpointSlice を誰かが書く必要があります。',
    },
    next: 'kubectl get endpointslices{n} -l kubernetes.io/service-name={name}',
  },
  {
    id: 'service-elsewhere',
    when: elsewhere,
    evidence: {
      en: 'selector {selector} matches no Pod in {namespace}, but one in {other}',
      ja: 'selector {selector} に合う Pod は {namespace} になく、{other} にある',
    },
    cause: {
      en: 'A Service selects only in its own namespace.',
      ja: 'Service が選べるのは、同じ名前空間の Pod だけです。',
    },
    next: 'kubectl get pods -A -l {selector}',
  },
  {
    id: 'service-selects-nobody',
    when: (service, look) => {
      const selector = selectorText(service.spec?.selector);
      return selector !== '' && podsBehind(service, look).length === 0 ? { selector } : undefined;
    },
    evidence: {
      en: 'selector {selector} matches no Pod in namespace {namespace}',
      ja: 'selector {selector} に合う Pod が名前空間 {namespace} にない',
    },
    cause: {
      en: 'No Pod has these labels: they are written in another way, or the Pods are not there. Labels of a Deployment do not count, only those of its template.',
      ja: 'このラベルを持つ Pod がありません。表記が違うか、Pod がまだないかです。Deployment 自身のラベルではなく、template のラベルが対象です。',
    },
    next: 'kubectl get pods{n} --show-labels',
  },
  {
    id: 'service-target-port',
    when: unknownPort,
    evidence: {
      en: 'port {port} leads to targetPort {target}; the Pods name {known}',
      ja: 'port {port} の targetPort は {target} だが、Pod が宣言しているのは {known}',
    },
    cause: {
      en: 'The Service sends to a port that the Pods do not name. If nothing listens there, connections are refused.',
      ja: 'Pod が宣言していないポートへ送っています。誰も待ち受けていなければ、接続は拒否されます。',
    },
    next: 'kubectl get pods{n} -o custom-columns=NAME:.metadata.name,PORTS:.spec.containers[*].ports[*].containerPort',
  },
  {
    id: 'service-none-ready',
    when: (service, look) => {
      const pods = podsBehind(service, look);
      if (pods.length === 0 || pods.some((pod) => isTrue(pod, 'Ready'))) return undefined;
      return { selector: selectorText(service.spec?.selector), count: pods.length };
    },
    evidence: {
      en: 'selector {selector} matches {count} Pods, none of them Ready',
      ja: 'selector {selector} に合う Pod は {count} 個あるが、Ready なものがない',
    },
    cause: {
      en: 'A Service sends only to Pods that are Ready. The Pods are what has to be looked at.',
      ja: 'Service が送るのは Ready な Pod だけです。調べるべきは Pod のほうです。',
    },
    next: 'kubectl get pods{n} -l {selector}',
    leads: (service, look) => podsBehind(service, look)[0],
  },
  {
    id: 'service-pending',
    when: ({ spec, status }) => spec?.type === 'LoadBalancer' && (status?.loadBalancer?.ingress ?? []).length === 0,
    evidence: {
      en: 'type LoadBalancer, and status.loadBalancer is empty (EXTERNAL-IP <pending>)',
      ja: 'type が LoadBalancer で、status.loadBalancer が空（EXTERNAL-IP が <pending>）',
    },
    cause: {
      en: 'A cloud, or something like MetalLB, has to give it an address. Where there is none, it waits forever. Inside the cluster it works.',
      ja: 'アドレスはクラウドや MetalLB などが割り当てます。なければ永久に待ちますが、クラスター内からは使えます。',
    },
    next: 'kubectl describe service {name}{n}',
  },
]);

/** Every Service that an Ingress leads to, with the port. */
function backendsOf({ spec }: V1Ingress) {
  const all = [
    spec?.defaultBackend?.service,
    ...(spec?.rules ?? []).flatMap(({ http }) => (http?.paths ?? []).map(({ backend }) => backend.service)),
  ];
  return all.flatMap((service) => (service === undefined ? [] : [service]));
}

function serviceOf(ingress: V1Ingress, name: string, look: Lookup): V1Service | undefined {
  return look({ kind: 'Service', name, namespace: namespaceOf(ingress) })[0] as V1Service | undefined;
}

const INGRESSES: readonly Row[] = rowsFor<V1Ingress>('Ingress', [
  {
    id: 'ingress-class-missing',
    when: ({ spec }, look) => {
      const wanted = spec?.ingressClassName;
      return wanted !== undefined && !isThere(look, 'IngressClass', wanted) ? { class: wanted } : undefined;
    },
    evidence: {
      en: 'spec.ingressClassName is {class}, and there is no such IngressClass',
      ja: 'spec.ingressClassName は {class} だが、その IngressClass がない',
    },
    cause: {
      en: 'An Ingress is only a wish: a controller of its class fulfils it. Of this class there is none.',
      ja: 'Ingress は要望にすぎず、同じクラスのコントローラーが実現します。そのクラスが存在しません。',
    },
    next: 'kubectl get ingressclasses',
  },
  {
    id: 'ingress-no-class',
    when: ({ spec, metadata }, look) => {
      if (spec?.ingressClassName !== undefined) return undefined;
      if (metadata?.annotations?.['kubernetes.io/ingress.class'] !== undefined) return undefined;
      const marked = 'ingressclass.kubernetes.io/is-default-class';
      return !look({ kind: 'IngressClass' }).some((one) => one.metadata?.annotations?.[marked] === 'true');
    },
    evidence: {
      en: 'spec.ingressClassName is not set, and no IngressClass is the default',
      ja: 'spec.ingressClassName がなく、既定の IngressClass もない',
    },
    cause: {
      en: 'No controller feels responsible for it.',
      ja: 'どのコントローラーも、自分の担当だと見なしません。',
    },
    next: 'kubectl get ingressclasses',
  },
  {
    id: 'ingress-service-missing',
    when: (ingress, look) => {
      const gone = backendsOf(ingress).find(({ name }) => serviceOf(ingress, name, look) === undefined);
      return gone && { service: gone.name };
    },
    evidence: {
      en: 'it leads to Service {service}, which is not in namespace {namespace}',
      ja: '転送先の Service {service} が名前空間 {namespace} にない',
    },
    cause: {
      en: 'An Ingress leads only to Services of its own namespace; requests for it get 503.',
      ja: 'Ingress の転送先は同じ名前空間の Service だけです。該当するリクエストは 503 になります。',
    },
    next: 'kubectl get services{n}',
  },
  {
    id: 'ingress-port-missing',
    when: (ingress, look) => {
      for (const { name, port } of backendsOf(ingress)) {
        const ports = serviceOf(ingress, name, look)?.spec?.ports ?? [];
        const wanted = port?.name ?? port?.number ?? '';
        if (!ports.some((one) => one.port === wanted || one.name === wanted))
          return { service: name, port: wanted, known: ports.map((one) => one.name ?? one.port).join(', ') };
      }
      return undefined;
    },
    evidence: {
      en: 'it leads to port {port} of Service {service}, which has {known}',
      ja: '転送先は Service {service} のポート {port} だが、あるのは {known}',
    },
    cause: {
      en: "The backend's port is the Service's `port`, not the container's.",
      ja: 'backend に書くのは Service の `port` です。コンテナのポートではありません。',
    },
    next: 'kubectl get service {service}{n}',
  },
  {
    id: 'ingress-secret-missing',
    when: (ingress, look) => {
      const gone = (ingress.spec?.tls ?? []).find(
        ({ secretName }) => secretName !== undefined && !isThere(look, 'Secret', secretName, namespaceOf(ingress)),
      );
      return gone && { secret: gone.secretName ?? '' };
    },
    evidence: {
      en: 'spec.tls names Secret {secret}, which is not in namespace {namespace}',
      ja: 'spec.tls の Secret {secret} が名前空間 {namespace} にない',
    },
    cause: {
      en: 'Without the Secret the controller has no certificate to show and shows its own, which no client trusts.',
      ja: 'Secret がないと証明書を提示できず、コントローラー自身の証明書（信頼されない）が使われます。',
    },
    next: 'kubectl get secrets{n}',
  },
  {
    id: 'ingress-no-controller',
    when: ({ status }) => (status?.loadBalancer?.ingress ?? []).length === 0,
    evidence: { en: 'status.loadBalancer is empty', ja: 'status.loadBalancer が空' },
    cause: {
      en: 'No controller has taken it over: is one installed, and does it run?',
      ja: 'まだどのコントローラーも引き受けていません。コントローラーは導入され、動いているでしょうか。',
    },
    next: 'kubectl get pods -A | grep -i ingress',
  },
]);

const POLICIES: readonly Row[] = rowsFor<V1NetworkPolicy>('NetworkPolicy', [
  {
    id: 'policy-selects-nobody',
    when: (policy, look) => {
      const selector = labelSelectorText(policy.spec?.podSelector);
      if (selector === '') return undefined;
      return look({ kind: 'Pod', namespace: namespaceOf(policy), selector }).length === 0 ? { selector } : undefined;
    },
    evidence: {
      en: 'podSelector {selector} matches no Pod in namespace {namespace}',
      ja: 'podSelector {selector} に合う Pod が名前空間 {namespace} にない',
    },
    cause: {
      en: 'A policy holds only for the Pods that it selects, in its own namespace. This one holds for nobody.',
      ja: 'ポリシーが効くのは、同じ名前空間で選んだ Pod だけです。これは誰にも効いていません。',
    },
    next: 'kubectl get pods{n} --show-labels',
  },
]);

export const NETWORK: readonly Row[] = [...SERVICES, ...INGRESSES, ...POLICIES];
