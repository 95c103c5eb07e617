// One command line, two kubectls: a stock one on this machine, through the wire, and ours on the workstation of a copy
// of the same cluster at the same moment. What both print, how they end and what they ask of the server must be equal.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HttpHeaders } from '../../../sandbox/apiserver/http/message.ts';
import type { ClusterSpec } from '../../../sandbox/cluster.ts';
import { clusterAuthority } from '../../../sandbox/kube/x509/authority.ts';
import type { Written } from '../../../sandbox/machine/streams/outside.ts';
import { createOutside } from '../../../sandbox/outside.ts';
import { durationMs, timeMs } from '../../../sandbox/time/units.ts';
import type { ClientInput } from '../../../sandbox/wire/carrier.ts';
import { kubeconfigText } from '../../../sandbox/wire/kubeconfig.ts';
import { openWire } from '../../../sandbox/wire/server.ts';
import { learnerClusterOf, newLearnerCluster } from '../../../src/session/cluster.ts';
import type { LearnerCluster } from '../../../src/session/clusters.ts';
import { startCommand, writtenText } from '../../../src/session/command.ts';
import { UNTIL_READY } from '../../../src/session/ready/ready.ts';
import { differences, isWriting } from './compare.ts';
import { filesIn, forgetCaches, furnish, type HomeFile, layOut } from './homefolder.ts';

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
  /** `GET /api/v1/pods`, with what was sent, in order. */
  readonly requests: readonly string[];
}

export interface Compared {
  readonly line: string;
  /** It didn't end by itself. */
  readonly interrupted: boolean;
  /** Tried again: a second began meanwhile, perhaps. */
  readonly again: boolean;
  readonly stock: Ended;
  readonly ours: Ended;
}

export interface Twin {
  /** Runs a line with both; the cluster goes on from what the stock one did. `interruptMs`: Ctrl-C after so long. */
  compare(line: string, interruptMs?: number): Promise<Compared>;
  /** Runs a line with the stock kubectl alone. */
  prepare(line: string): Promise<Ended>;
  close(): Promise<void>;
}

export interface TwinOptions {
  /** The stock kubectl. */
  readonly kubectl: string;
  readonly seed?: number;
  readonly spec?: ClusterSpec;
  /** Files of the home folder. */
  readonly files?: Readonly<Record<string, string>>;
  /** What a line leaves in the home folder is there for the next; it is new for each line otherwise. */
  readonly keepsHome?: boolean;
}

/** The cluster has been up for so long. */
const START_MS = 30_000;
const TICK_MS = 3;
/** When the certificate of both holds. */
const VALID = { notBefore: Date.UTC(2026, 0), notAfter: Date.UTC(2036, 0) };
/** What an interrupt doesn't end is killed. */
const STUBBORN_MS = 3000;
/** A command line that takes longer is interrupted. */
const LONGEST_MS = 20_000;
/** One that prepares the world may take longer: the machine may be busy. */
const PREPARING_MS = 180_000;

export async function createTwin({
  kubectl,
  seed = 1,
  spec,
  files = {},
  keepsHome = false,
}: TwinOptions): Promise<Twin> {
  const folder = mkdtempSync(join(tmpdir(), 'k8s-learn-twin-'));
  const home = join(folder, 'home');
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  symlinkSync(kubectl, join(bin, 'kubectl'));

  let asked: string[] = [];
  let enter: (input: ClientInput) => void = () => {};
  const authority = clusterAuthority(`seed ${seed}`);
  const admin = authority.client('kubernetes-admin', ['system:masters'], VALID);
  const wire = await openWire({ submit: (input) => enter(input), authorities: [authority.certificate], tokens: true });
  const portless = (text: string): string => text.replaceAll(`127.0.0.1:${wire.port}`, '127.0.0.1:6443');
  const kubeconfig = kubeconfigText({ ...wire.authority, client: () => admin }, wire.port);
  const options = { startTime: timeMs(Date.now() - START_MS), seed, ...(spec === undefined ? {} : { spec }) };
  const cluster = newLearnerCluster(options, { home, files, kubeconfig: portless(kubeconfig) });
  const { loop } = cluster.simulator;
  const outside = createOutside(cluster.simulator, new Map(), wire.ear);
  const port = loop.actor<ClientInput>('clients', (input) => outside.take(input));
  const catchUp = (): void => {
    loop.runUntil(timeMs(Math.max(loop.now(), Date.now())), () => false);
    wire.admit(cluster.simulator.isServing());
  };
  enter = (input) => {
    catchUp();
    if (input.kind === 'request') asked.push(requestText(input, Buffer.from(input.body, 'base64')));
    port.post(input);
    loop.settle();
  };
  cluster.simulator.advance(durationMs(START_MS - UNTIL_READY));
  const ticking = setInterval(catchUp, TICK_MS);

  const begin = (): void => layOut(home, { ...files, '.kube/config': kubeconfig });
  const reachable = (file: HomeFile): HomeFile =>
    file.path.endsWith('config')
      ? { ...file, content: Buffer.from(portless(Buffer.from(file.content).toString())) }
      : file;
  begin();

  async function runStock(line: string, interruptMs: number): Promise<Ended & { readonly interrupted: boolean }> {
    if (!keepsHome) begin();
    asked = [];
    const ended = await spawned(line, { home, bin }, interruptMs);
    const texts = { stdout: portless(ended.stdout), stderr: portless(ended.stderr) };
    return { ...ended, ...texts, requests: asked };
  }

  async function both(line: string, interruptMs: number): Promise<Compared> {
    catchUp();
    const fork = learnerClusterOf(cluster.simulator.snapshot());
    forgetCaches(home);
    if (keepsHome) furnish(fork, home, filesIn(home).map(reachable));
    const theirs = await runStock(line, interruptMs);
    const { interrupted, ...stock } = theirs;
    return { line, interrupted, again: false, stock, ours: own(fork, line, home, interruptMs) };
  }

  return {
    async compare(line, interruptMs = LONGEST_MS) {
      const first = await both(line, interruptMs);
      if (isWriting(first.stock) || differences(first).length === 0) return first;
      await secondBegins();
      return { ...(await both(line, interruptMs)), again: true };
    },
    async prepare(line) {
      return await runStock(line, PREPARING_MS);
    },
    async close() {
      clearInterval(ticking);
      await wire.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Ages are in whole seconds: both commands must begin and end in one to show the same. */
async function secondBegins(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1050 - (Date.now() % 1000)));
}

interface Place {
  readonly home: string;
  readonly bin: string;
}

type Spawned = Omit<Ended, 'requests'> & { readonly interrupted: boolean };

function spawned(line: string, { home, bin }: Place, interruptMs: number): Promise<Spawned> {
  const env = { HOME: home, PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`, LANG: 'C.UTF-8', TERM: 'xterm-256color' };
  const child = spawn('bash', ['-c', line], { cwd: home, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (part: Buffer) => {
    texts.stdout += part.toString();
  });
  child.stderr.on('data', (part: Buffer) => {
    texts.stderr += part.toString();
  });
  // The whole group, as a terminal does; an editor isn't ended by that.
  let interrupted = false;
  const signal = (name: NodeJS.Signals) => () => {
    interrupted = true;
    if (child.pid !== undefined) process.kill(-child.pid, name);
  };
  const timers = [setTimeout(signal('SIGINT'), interruptMs), setTimeout(signal('SIGKILL'), interruptMs + STUBBORN_MS)];
  return new Promise((resolve) =>
    child.on('close', (code, signal) => {
      for (const timer of timers) clearTimeout(timer);
      resolve({ ...texts, exit: code ?? (signal === 'SIGINT' ? 130 : 137), interrupted });
    }),
  );
}

/** Our kubectl, on virtual time. */
function own(fork: LearnerCluster, line: string, home: string, interruptMs: number): Ended {
  const { simulator } = fork;
  const { loop, door } = simulator;
  const requests: string[] = [];
  const serve = door.serve;
  Object.assign(door, {
    serve(request: Parameters<typeof serve>[0]) {
      requests.push(requestText(request, Buffer.from(request.body)));
      return serve(request);
    },
  });
  const running = startCommand(fork, ['bash', '-c', line], { home });
  const written: Written[] = [];
  const end = loop.now() + interruptMs;
  let interrupted = false;
  while (running.status() === undefined) {
    const next = loop.next();
    if (next === undefined || next > end + LONGEST_MS) break;
    if (!interrupted && next > end) {
      loop.runUntil(timeMs(end), () => false);
      running.interrupt();
      interrupted = true;
    } else loop.runUntil(next, () => running.status() !== undefined);
    written.push(...running.output());
  }
  written.push(...running.output());
  return {
    stdout: writtenText(written, 'stdout'),
    stderr: writtenText(written, 'stderr'),
    exit: running.status() ?? 124,
    requests,
  };
}

interface Asked {
  readonly method: string;
  readonly target: string;
  readonly headers: HttpHeaders;
}

const SHOWN = ['accept', 'content-type'];

function requestText({ method, target, headers }: Asked, body: Buffer): string {
  const shown = SHOWN.flatMap((name) => (headers[name] === undefined ? [] : [`${name}: ${headers[name].join(', ')}`]));
  return [`${method} ${inOneOrder(target)}`, ...shown, ...(body.length > 0 ? [body.toString()] : [])].join('\n  ');
}

/** Field selectors of several fields come in any order. */
function inOneOrder(target: string): string {
  return target.replace(/(?<=fieldSelector=)[^&]+/, (fields) => fields.split('%2C').sort().join('%2C'));
}
