// The wire: creates of one client over HTTPS, and what a crowd of watchers is told.

import { Agent, request as httpsRequest } from 'node:https';
import { openWire, type Wire } from '../../sandbox/wire/server.ts';
import { readySession } from '../../src/cli/serve.ts';
import { createLive } from '../../src/session/live.ts';
import type { BenchEntry, Figure } from './entry.ts';

const CREATES = 3000;
const AT_ONCE = 16;
const WATCHERS = 100;
const WRITES = 1000;

export const wire: readonly BenchEntry[] = [{ name: 'wire', run: measured }];

async function measured(): Promise<Figure[]> {
  const session = readySession();
  const live = createLive(session);
  const opened = await openWire({ submit: (client) => live.enter({ kind: 'client', client }) });
  session.onClient(opened.ear);
  const agent = agentOf(opened);
  const creates = await perSecond(CREATES, (i) => create(agent, opened.port, `made-${i}`));
  const watched = { events: 0 };
  const stops = await Promise.all(Array.from({ length: WATCHERS }, () => watch(opened, watched)));
  const began = performance.now();
  await perSecond(WRITES, (i) => create(agent, opened.port, `seen-${i}`));
  while (watched.events < WATCHERS * WRITES && performance.now() - began < 60_000)
    await new Promise((resolve) => setTimeout(resolve, 5));
  const deliveries = (watched.events * 1000) / (performance.now() - began);
  for (const stop of stops) stop();
  agent.destroy();
  live.stop();
  await opened.close();
  return [
    { name: 'creates over HTTPS, one client', value: creates, unit: '/s', least: 1500, note: `${AT_ONCE} at once` },
    {
      name: 'watch deliveries over HTTPS',
      value: deliveries,
      unit: '/s',
      least: 50_000,
      note: `${WATCHERS} watchers, ${watched.events} events; clients in the same process`,
    },
  ];
}

function agentOf({ authority }: Wire): Agent {
  const { certificate: cert, key } = authority.client('kubernetes-admin', ['system:masters']);
  return new Agent({ keepAlive: true, maxSockets: AT_ONCE, ca: authority.certificate, cert, key });
}

async function perSecond(count: number, act: (i: number) => Promise<void>): Promise<number> {
  const began = performance.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await act(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return (count * 1000) / (performance.now() - began);
}

const PATH = '/api/v1/namespaces/default/configmaps';

function create(agent: Agent, port: number, name: string): Promise<void> {
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { key: 'value' } });
  const headers = { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const sent = httpsRequest({ host: '127.0.0.1', port, agent, method: 'POST', path: PATH, headers }, (response) => {
      response.resume();
      if (response.statusCode !== 201) reject(new Error(`status ${response.statusCode}`));
      else response.on('end', resolve);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Counts events; answers how to stop. */
function watch(opened: Wire, watched: { events: number }): Promise<() => void> {
  const { certificate: cert, key } = opened.authority.client('kubernetes-admin', ['system:masters']);
  const to = { host: '127.0.0.1', port: opened.port, ca: opened.authority.certificate, cert, key, agent: false };
  return new Promise((resolve, reject) => {
    const sent = httpsRequest({ ...to, path: `${PATH}?watch=1&resourceVersion=0&labelSelector=!none` }, (response) => {
      let known = false;
      response.on('data', (part: Buffer) => {
        // What is there already comes first, and isn't counted.
        for (const byte of part) if (byte === 10 && known) watched.events++;
      });
      setTimeout(() => {
        known = true;
        resolve(() => sent.destroy());
      }, 3000);
    });
    sent.on('error', (error) => reject(error));
    sent.end();
  });
}
