// `ping`; and `traceroute`, by which this network has nothing to tell.

import { durationMs } from '../../../time/units.ts';
import { errorText } from '../../errors.ts';
import { type Blocking, type Program, SysError } from '../../sys.ts';
import { type CommandSpec, type Context, command, type Flavour } from '../kit/command.ts';
import { isIPv4 } from './names.ts';

const PING: CommandSpec = {
  usage: '[OPTIONS] HOST',
  flags: 'c= i= w= W= q 4 n s= t= I= A D v',
  refused: '6 f M= R Q= p= l=',
  arguments: [1, 1],
};

/** Round trips in milliseconds, of those that came back. */
interface Tally {
  sent: number;
  readonly times: number[];
  readonly began: number;
  /** Somebody said that there is no way. */
  errors: number;
}

export function ping(flavour: Flavour): Program {
  return command(PING, run)(flavour);
}

function* run(context: Context): Blocking<number> {
  const { sys, args, flags, flavour } = context;
  const [host = ''] = args;
  const address = yield* resolved(context, host);
  if (address === undefined) return flavour === 'gnu' ? 2 : 1;
  const size = Number(flags.value('s') ?? 56);
  context.print(
    flavour === 'gnu'
      ? `PING ${host} (${address}) ${size}(${size + 28}) bytes of data.\n`
      : `PING ${host} (${address}): ${size} data bytes\n`,
  );
  const tally: Tally = { sent: 0, times: [], began: sys.now(), errors: 0 };
  sys.onSignal('SIGINT', 'catch');
  yield* rounds(context, address, size, tally);
  return summary(context, host, tally);
}

function* resolved({ sys, flavour, complain }: Context, host: string): Blocking<string | undefined> {
  if (isIPv4(host)) return host;
  try {
    return (yield* sys.resolve(host))[0];
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
    const gnu = error.code === 'ETIMEDOUT' ? 'Temporary failure in name resolution' : 'Name or service not known';
    complain(flavour === 'gnu' ? `${host}: ${gnu}` : `bad address '${host}'`);
    return undefined;
  }
}

/** Until it has sent as many as it was to, its time is up, or somebody interrupts it. */
function* rounds(context: Context, address: string, size: number, tally: Tally): Blocking<void> {
  const { sys, flags } = context;
  const most = Number(flags.value('c') ?? Number.POSITIVE_INFINITY);
  const interval = Number(flags.value('i') ?? 1) * 1000;
  const ends =
    flags.value('w') === undefined ? Number.POSITIVE_INFINITY : tally.began + Number(flags.value('w')) * 1000;
  try {
    while (tally.sent < most && sys.now() < ends) {
      const sent = sys.now();
      yield* once(context, address, size, tally, Math.min(ends - sent, 10_000));
      yield* context.flush();
      const rest = Math.min(sent + interval, ends) - sys.now();
      if (tally.sent < most && rest > 0) yield* sys.sleep(durationMs(rest));
    }
  } catch (error) {
    if (!(error instanceof SysError) || error.code !== 'EINTR') throw error;
  }
}

function* once(context: Context, address: string, size: number, tally: Tally, left: number): Blocking<void> {
  const { sys, flags, flavour } = context;
  const n = tally.sent++;
  const wait = Math.min(left, Number(flags.value('W') ?? (flavour === 'gnu' ? 1 : 10)) * 1000);
  try {
    const took = (yield* sys.ping(address, durationMs(wait))) + 0.04 + sys.random(60) / 1000;
    tally.times.push(took);
    const ttl = flags.value('t') ?? '64';
    const bytes = `${size + 8} bytes from ${address}`;
    if (flags.has('q')) return;
    context.print(
      flavour === 'gnu'
        ? `${bytes}: icmp_seq=${n + 1} ttl=${ttl} time=${took.toFixed(3)} ms\n`
        : `${bytes}: seq=${n} ttl=${ttl} time=${took.toFixed(3)} ms\n`,
    );
  } catch (error) {
    if (!(error instanceof SysError) || error.code === 'EINTR') throw error;
    if (error.code === 'ETIMEDOUT') return;
    tally.errors++;
    if (flavour === 'gnu') {
      const own = sys.interfaces().find(({ name }) => name !== 'lo')?.addresses[0]?.address ?? '127.0.0.1';
      context.print(`From ${own} icmp_seq=${n + 1} Destination Host Unreachable\n`);
    } else if (error.code === 'ENETUNREACH') context.complain(`sendto: ${errorText(error.code)}`);
  }
}

function summary(context: Context, host: string, { sent, times, began, errors }: Tally): number {
  const { flavour, sys } = context;
  const lost = sent === 0 ? 0 : Math.floor(((sent - times.length) * 100) / sent);
  const head = `\n--- ${host} ping statistics ---\n${sent} packets transmitted, ${times.length} `;
  const some = errors > 0 && flavour === 'gnu' ? `+${errors} errors, ` : '';
  const took = flavour === 'gnu' ? `, time ${sys.now() - began}ms` : '';
  context.print(`${head}${flavour === 'gnu' ? 'received' : 'packets received'}, ${some}${lost}% packet loss${took}\n`);
  if (times.length > 0) context.print(spread(times, flavour));
  else if (flavour === 'gnu') context.print('\n');
  return times.length > 0 ? 0 : 1;
}

function spread(times: readonly number[], flavour: Flavour): string {
  const mean = times.reduce((sum, each) => sum + each, 0) / times.length;
  const deviation = Math.sqrt(times.reduce((sum, each) => sum + (each - mean) ** 2, 0) / times.length);
  const figures = [Math.min(...times), mean, Math.max(...times)].map((each) => each.toFixed(3));
  return flavour === 'gnu'
    ? `rtt min/avg/max/mdev = ${[...figures, deviation.toFixed(3)].join('/')} ms\n`
    : `round-trip min/avg/max = ${figures.join('/')} ms\n`;
}

/** There are no routers on the way that could answer. */
export const traceroute: Program = function* (sys) {
  const name = (sys.argv[0] ?? '').replace(/^.*\//, '');
  yield* sys.write(
    2,
    `${name}: the way between two machines isn't modelled here; ping tells whether one answers, nc -zv whether a port does\n`,
  );
  return 1;
};
