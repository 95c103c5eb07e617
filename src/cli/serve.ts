// `k8s-learn serve`: the cluster as an HTTPS endpoint for stock clients, until it is interrupted.

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Outgoing } from '../../sandbox/kube/outgoing.ts';
import { messageOf } from '../../sandbox/kube/thrown.ts';
import { durationMs, timeMs } from '../../sandbox/time/units.ts';
import { createHostCalls } from '../../sandbox/wire/hostcalls.ts';
import { kubeconfigText, MARK } from '../../sandbox/wire/kubeconfig.ts';
import { openWire, type Wire } from '../../sandbox/wire/server.ts';
import { writeWhole } from '../host/disk.ts';
import { createLive } from '../session/live.ts';
import { UNTIL_READY } from '../session/ready/ready.ts';
import { type Beginning, createSession, type Session } from '../session/session.ts';
import { clusterFileAt } from './clusterfile.ts';
import { EXIT, Failure } from './failure.ts';
import type { GlobalOptions } from './options.ts';
import { newTokenKey } from './tokenkey.ts';
import { VERSION } from './version.ts';

export async function serve(
  _args: readonly string[],
  own: Readonly<Record<string, unknown>>,
  options: GlobalOptions,
): Promise<number> {
  const spec = typeof own.cluster === 'string' ? { spec: clusterFileAt(own.cluster) } : {};
  const port = portOf(own.port);
  const given = typeof own.kubeconfig === 'string' ? mayWrite(resolve(own.kubeconfig)) : undefined;
  const calls = own.webhooks === true ? createHostCalls(() => session.cluster().simulator.loop, true) : undefined;
  const session: Session = readySession(options.seed, spec, calls?.outgoing);
  const live = createLive(session);
  calls?.onAnswer(live.poke);
  try {
    const authorities = [session.cluster().simulator.authority().certificate];
    const wire = await opened(port, authorities, (client) => live.enter({ kind: 'client', client }));
    session.onClient(wire.ear);
    live.onTurn(() => wire.admit(session.cluster().simulator.isServing()));
    return await offered(wire, given ?? join(options.dataDir, 'serve', `kubeconfig-${wire.port}`));
  } finally {
    live.stop();
  }
}

/** Says where the cluster is, until a signal asks for the end. */
async function offered(wire: Wire, file: string): Promise<number> {
  const ended = signalled();
  try {
    writeKubeconfig(file, kubeconfigText(wire.authority, wire.port));
    const address = `https://127.0.0.1:${wire.port}`;
    process.stdout.write(`${file}\nThe cluster is at ${address}. Use it with: export KUBECONFIG=${quoted(file)}\n`);
    return await ended;
  } finally {
    await wire.close();
    rmSync(file, { force: true });
  }
}

/** The cluster's time until its nodes and its first service accounts are there. */
const START_MS = 20_000;

/** A session whose cluster has been started a little while ago, so that it is ready now. */
export function readySession(seed = 1, spec: Pick<Beginning, 'spec'> = {}, outside?: Outgoing): Session {
  const beginning = { version: VERSION, seed, startTime: timeMs(Date.now() - START_MS), ...spec };
  const session = createSession(beginning, undefined, newTokenKey(), outside);
  session.advance(durationMs(START_MS - UNTIL_READY));
  return session;
}

function portOf(given: unknown): number {
  if (given === undefined) return 0;
  const port = Number(given);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new Failure(
    EXIT.usage,
    `k8s-learn serve: --port ${String(given)}: not a port.`,
    'A port is a whole number from 0 (any free one) to 65535.',
    '',
  );
}

async function opened(
  port: number,
  authorities: readonly string[],
  submit: Parameters<typeof openWire>[0]['submit'],
): Promise<Wire> {
  try {
    return await openWire({ port, submit, authorities, tokens: true });
  } catch (error) {
    throw new Failure(
      EXIT.environment,
      `k8s-learn serve: port ${port} can't be had.`,
      messageOf(error),
      'Give another one with --port, or leave it out for any free one.',
    );
  }
}

/** The file, where it may be written: nothing is written over that wasn't written by us. */
function mayWrite(file: string): string {
  if (!existsSync(file) || readFileSync(file, 'utf8').startsWith(MARK)) return file;
  throw new Failure(
    EXIT.usage,
    `k8s-learn serve: ${file} is there already.`,
    'It was not written by k8s-learn serve, and is left as it is.',
    'Name a file that does not exist.',
  );
}

function writeKubeconfig(file: string, text: string): void {
  try {
    writeWhole(file, text);
  } catch (error) {
    throw new Failure(
      EXIT.environment,
      `k8s-learn serve: ${file} can't be written.`,
      messageOf(error),
      'Name another file with --kubeconfig, or another folder with --data-dir.',
    );
  }
}

/** The exit status, once a signal asks for the end. */
function signalled(): Promise<number> {
  return new Promise((done) => {
    process.once('SIGINT', () => done(EXIT.interrupted));
    process.once('SIGTERM', () => done(EXIT.done));
    process.once('SIGHUP', () => done(EXIT.done));
  });
}

function quoted(file: string): string {
  return /^[\w./@+-]+$/.test(file) ? file : `'${file.replaceAll("'", `'\\''`)}'`;
}
