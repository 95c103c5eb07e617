// The kubelet's own pages, behind `nodes/NAME/proxy`.

import type { ProxiedRequest, ProxiedResponse } from '../../kube/nodedoor.ts';
import type { Kubelet } from '../kubeletcontext.ts';
import { KUBELET_CONFIGURATION } from './configuration.ts';
import { cadvisorMetrics, ownMetrics, probeMetrics, resourceMetrics } from './measures.ts';
import { answerLogs } from './nodelogs.ts';
import { summaryOf } from './summary.ts';

type Page = (kubelet: Kubelet) => { readonly type: string; readonly body: string };

const PAGES: Readonly<Record<string, Page>> = {
  '/healthz': () => ({ type: 'text/plain; charset=utf-8', body: 'ok' }),
  '/stats/summary': (kubelet) => json(summaryOf(kubelet)),
  '/metrics': (kubelet) => exposed(ownMetrics(kubelet)),
  '/metrics/resource': (kubelet) => exposed(resourceMetrics(kubelet)),
  '/metrics/cadvisor': (kubelet) => exposed(cadvisorMetrics(kubelet)),
  '/metrics/probes': (kubelet) => exposed(probeMetrics(kubelet)),
  '/configz': () => json({ kubeletconfig: KUBELET_CONFIGURATION }),
  '/pods': (kubelet) => json(podList(kubelet)),
};

export function answerProxy(kubelet: Kubelet, { target }: ProxiedRequest): ProxiedResponse {
  const [path = ''] = target.split('?');
  const clean = path.length > 1 ? path.replace(/\/$/, '') : path;
  if (clean === '/logs' || clean.startsWith('/logs/')) return answerLogs(kubelet, clean);
  const page = Object.hasOwn(PAGES, clean) ? PAGES[clean] : undefined;
  if (page === undefined) {
    return { status: 404, headers: { 'content-type': ['text/plain; charset=utf-8'] }, body: '404 page not found\n' };
  }
  const { type, body } = page(kubelet);
  return { status: 200, headers: { 'content-type': [type] }, body };
}

function json(value: object): { readonly type: string; readonly body: string } {
  return { type: 'application/json', body: JSON.stringify(value) };
}

function exposed(body: string): { readonly type: string; readonly body: string } {
  return { type: 'text/plain; version=0.0.4; charset=utf-8', body };
}

function podList(kubelet: Kubelet): object {
  const items = [...kubelet.state().pods.values()].map(({ pod, status }) => ({
    ...pod,
    ...(status === undefined ? {} : { status }),
  }));
  return { kind: 'PodList', apiVersion: 'v1', metadata: {}, items };
}
