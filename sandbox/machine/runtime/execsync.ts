// A command in a container, with all of its output at the end and a limit on its time: probes and hooks.

import type { TaskData } from '../../time/loop.ts';
import { after, type DurationMs } from '../../time/units.ts';
import { joinBytes, textOf } from '../bytes.ts';
import { PENDING } from '../calls.ts';
import type { Kernel } from '../context.ts';
import { addAgent, type ExecAgent, removeAgent, tellActor } from '../net/agents.ts';
import type { Notify } from '../net/fetch.ts';
import { dropChannel, newSource, readSource } from '../streams/outside.ts';
import { execInContainer, killExec } from './exec.ts';
import type { Container } from './model.ts';

/** Told to the asker. `failed`: it could not be started, and `output` is what the runtime says. */
export interface ExecFinished {
  readonly kind: 'exec-finished';
  readonly key: TaskData;
  readonly outcome: 'exited' | 'timeout' | 'failed';
  readonly status: number;
  readonly output: string;
}

const OUTPUT_MAX = 16 * 1024;
const BLOCK = 65_536;

/** Begins; answers a number by which it can be ended early. */
export function execSync(
  kernel: Kernel,
  container: Container,
  argv: readonly string[],
  timeout: DurationMs | undefined,
  { actor, key }: Notify,
): number {
  const number = kernel.nextNumber();
  const started = execInContainer(kernel, container, { argv, streams: 'joined' });
  const common = { number, network: container.sandbox.network, host: container.sandbox.host.name, actor, key };
  if (!started.ok) {
    const what: ExecFinished = { kind: 'exec-finished', key, outcome: 'failed', status: 126, output: started.message };
    kernel.loop.wake({ actor, what });
    return number;
  }
  const exec = kernel.state.execs.get(started.exec);
  if (exec !== undefined) exec.waiter = number;
  const agent: ExecAgent = {
    kind: 'exec',
    ...common,
    timer: undefined,
    queued: false,
    exec: started.exec,
    source: newSource(started.stdout),
    parts: [],
    size: 0,
    deadline: timeout === undefined ? undefined : after(kernel.now(), timeout),
    status: undefined,
  };
  addAgent(kernel, agent);
  return number;
}

export function advanceExec(kernel: Kernel, agent: ExecAgent): void {
  const ended = collect(kernel, agent);
  if (ended && agent.status !== undefined) {
    finish(kernel, agent, 'exited', agent.status);
    return;
  }
  const { deadline } = agent;
  if (deadline === undefined) return;
  if (kernel.now() < deadline) {
    kernel.wakeAt(agent.number, deadline);
    return;
  }
  finish(kernel, agent, 'timeout', 0);
  killExec(kernel, agent.exec);
}

/** Reads what has been printed; true at its end. What goes beyond the limit is dropped. */
function collect(kernel: Kernel, agent: ExecAgent): boolean {
  for (;;) {
    const bytes = readSource(kernel, agent.number, agent.source, BLOCK, undefined);
    if (bytes === PENDING) return false;
    if (bytes.length === 0) return true;
    const room = OUTPUT_MAX - agent.size;
    if (room <= 0) continue;
    const part = bytes.subarray(0, room);
    agent.parts.push(part);
    agent.size += part.length;
  }
}

function finish(kernel: Kernel, agent: ExecAgent, outcome: ExecFinished['outcome'], status: number): void {
  removeAgent(kernel, agent);
  dropChannel(kernel, agent.source.channel);
  const what: Omit<ExecFinished, 'key'> = {
    kind: 'exec-finished',
    outcome,
    status,
    output: textOf(joinBytes(agent.parts)),
  };
  tellActor(kernel, agent, what);
}

/** Kills it; nobody is told. */
export function cancelExecSync(kernel: Kernel, number: number): void {
  const agent = kernel.state.agents.get(number);
  if (agent?.kind !== 'exec') return;
  removeAgent(kernel, agent);
  dropChannel(kernel, agent.source.channel);
  killExec(kernel, agent.exec);
}
