// `k8s-learn exec`: a script on a fresh workstation with a fresh cluster, on virtual time as fast as it goes.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { messageOf } from '../../sandbox/kube/thrown.ts';
import type { Written } from '../../sandbox/machine/streams/outside.ts';
import { EPOCH, parseTime, type TimeMs, timeMs } from '../../sandbox/time/units.ts';
import { newLearnerCluster } from '../session/cluster.ts';
import { type RunningCommand, startCommand } from '../session/command.ts';
import { UNTIL_READY } from '../session/ready/ready.ts';
import { clusterFileAt } from './clusterfile.ts';
import { EXIT, Failure } from './failure.ts';
import type { GlobalOptions } from './options.ts';

const HOME = '/home/learner';

/** How long the cluster runs before the host gets its turn, in real milliseconds. */
const TURN_MS = 50;

export async function exec(
  args: readonly string[],
  own: Readonly<Record<string, unknown>>,
  options: GlobalOptions,
): Promise<number> {
  const [file] = args;
  const script = file === undefined || file === '-' ? await readAll(process.stdin) : readScript(file);
  const files = typeof own.files === 'string' ? filesIn(own.files) : {};
  const begins = typeof own.startTime === 'string' ? startTimeOf(own.startTime) : EPOCH;
  const cluster = newLearnerCluster(
    {
      startTime: timeMs(begins - UNTIL_READY),
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      ...(typeof own.cluster === 'string' ? { spec: clusterFileAt(own.cluster) } : {}),
    },
    { home: HOME, files: { ...files, '.script': script } },
  );
  const command = startCommand(cluster, ['bash', `${HOME}/.script`], { home: HOME, what: file ?? 'the script' });
  const interrupt = (): void => command.kill();
  process.on('SIGINT', interrupt);
  try {
    return await runToEnd(command, cluster.simulator.loop);
  } finally {
    process.off('SIGINT', interrupt);
  }
}

async function runToEnd(
  command: RunningCommand,
  loop: { next(): number | undefined; runUntil(until: never, stop: () => boolean): boolean },
): Promise<number> {
  for (;;) {
    const until = performance.now() + TURN_MS;
    while (command.status() === undefined && performance.now() < until) {
      const next = loop.next();
      if (next === undefined)
        throw new Failure(
          EXIT.no,
          'k8s-learn: the script waits for something that will never come.',
          'Nothing in the cluster is left to happen.',
          '',
        );
      loop.runUntil(next as never, () => performance.now() >= until);
    }
    for (const { stream, bytes } of inStretches(command.output()))
      await written(stream === 'stdout' ? process.stdout : process.stderr, bytes);
    const status = command.status();
    if (status !== undefined) return status;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What follows one another in the same stream, as one. */
function inStretches(pieces: readonly Written[]): readonly Written[] {
  const stretches: { readonly stream: Written['stream']; readonly parts: Uint8Array[] }[] = [];
  for (const { stream, bytes } of pieces) {
    const last = stretches.at(-1);
    if (last?.stream === stream) last.parts.push(bytes);
    else stretches.push({ stream, parts: [bytes] });
  }
  return stretches.map(({ stream, parts }) => ({ stream, bytes: Buffer.concat(parts) }));
}

function written(stream: NodeJS.WriteStream, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => stream.write(bytes, () => resolve()));
}

async function readAll(stream: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function readScript(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure(EXIT.usage, `k8s-learn exec: ${file} can't be read.`, messageOf(error), '');
  }
}

function startTimeOf(text: string): TimeMs {
  const time = parseTime(text);
  if (time !== undefined) return time;
  throw new Failure(
    EXIT.usage,
    `k8s-learn: --start-time ${text}: no moment.`,
    'It is RFC 3339: 2026-01-01T00:00:00Z.',
    '',
  );
}

function filesIn(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const paths = names.map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
  return Object.fromEntries(
    paths.map((path) => [relative(folder, path).replaceAll('\\', '/'), readFileSync(path, 'utf8')]),
  );
}
