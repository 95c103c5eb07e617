// A served cluster for tests with other makers' clients: in this process, with a kubeconfig in a private folder.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHostCalls } from '../../sandbox/wire/hostcalls.ts';
import { kubeconfigText } from '../../sandbox/wire/kubeconfig.ts';
import { openWire, type Wire } from '../../sandbox/wire/server.ts';
import { readySession } from '../../src/cli/serve.ts';
import { writeWhole } from '../../src/host/disk.ts';
import { createLive, type Live } from '../../src/session/live.ts';
import type { Session } from '../../src/session/session.ts';

export interface Served {
  readonly session: Session;
  readonly live: Live;
  readonly wire: Wire;
  readonly folder: string;
  readonly kubeconfig: string;
  close(): Promise<void>;
}

/** Webhooks by URL on this machine are called. */
export async function serveCluster(): Promise<Served> {
  const calls = createHostCalls(() => session.cluster().simulator.loop, true);
  const session: Session = readySession(1, {}, calls.outgoing);
  const served = await serveSession(session);
  calls.onAnswer(served.live.poke);
  return served;
}

/** A session that is there already. */
export async function serveSession(session: Session): Promise<Served> {
  const live = createLive(session);
  const wire = await openWire({ submit: (client) => live.enter({ kind: 'client', client }) });
  session.onClient(wire.ear);
  const folder = mkdtempSync(join(tmpdir(), 'k8s-learn-interop-'));
  const kubeconfig = join(folder, 'kubeconfig');
  writeWhole(kubeconfig, kubeconfigText(wire.authority, wire.port));
  return {
    session,
    live,
    wire,
    folder,
    kubeconfig,
    async close() {
      live.stop();
      await wire.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
