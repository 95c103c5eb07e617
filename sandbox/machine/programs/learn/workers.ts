// Teaching programs that work instead of serving: `batch`, `diskfill`, `train`, and `load`, a client that counts failures.

import { durationMs, rfc3339, seconds } from '../../../time/units.ts';
import { type Blocking, type Fd, type PlainData, type Program, type Sys, SysError } from '../../sys.ts';
import { command } from '../kit/command.ts';
import { readDuration } from '../kit/duration.ts';
import { readAll } from '../kit/input.ts';

function number(sys: Sys, name: string, otherwise: number): number {
  const value = Number(sys.env.get(name) ?? Number.NaN);
  return Number.isFinite(value) ? value : otherwise;
}

/** Works for WORK_SECONDS; fails by EXIT_CODE, or (with 1) on the indexes of FAIL_ON_INDEX. */
export const batch: Program = function* run(sys, saved) {
  const total = number(sys, 'WORK_SECONDS', 10);
  const index = sys.env.get('JOB_COMPLETION_INDEX');
  let done = typeof saved === 'number' ? saved : 0;
  if (saved === undefined)
    yield* sys.write(
      1,
      `${rfc3339(sys.now())} work${index === undefined ? '' : ` on part ${index}`} begins, ${total} s\n`,
    );
  for (; done < total; done++) {
    sys.save(done);
    yield* sys.spend(500);
    yield* sys.sleep(durationMs(Math.min(1, total - done) * 950));
  }
  const bad = (sys.env.get('FAIL_ON_INDEX') ?? '').split(',').map((each) => each.trim());
  const status = index !== undefined && bad.includes(index) ? 1 : number(sys, 'EXIT_CODE', 0);
  yield* sys.write(status === 0 ? 1 : 2, `${rfc3339(sys.now())} ${status === 0 ? 'done' : `failed with ${status}`}\n`);
  return status;
};

interface Filling {
  readonly fd: Fd;
  written: number;
}

function isFilling(saved: PlainData | undefined): saved is Filling {
  return typeof saved === 'object' && saved !== null && 'written' in saved;
}

const MB = 1024 * 1024;
const ZEROS = new Uint8Array(65_536);

/** Writes MB_PER_MINUTE to a file, for ever; a full disk doesn't stop it. */
export const diskfill: Program = function* run(sys, saved) {
  const path = sys.env.get('FILL_PATH') ?? '/var/tmp/fill';
  const rate = number(sys, 'MB_PER_MINUTE', 50);
  const state: Filling = isFilling(saved)
    ? saved
    : { fd: yield* sys.open(path, { write: true, create: true, append: true }), written: 0 };
  for (;;) {
    sys.save(state);
    yield* sys.sleep(seconds(1));
    try {
      for (let left = Math.round((rate * MB) / 60); left > 0; left -= ZEROS.length)
        yield* sys.write(state.fd, ZEROS.subarray(0, Math.min(left, ZEROS.length)));
      state.written += rate / 60;
    } catch (error) {
      if (!(error instanceof SysError)) throw error;
      yield* sys.write(
        2,
        `${rfc3339(sys.now())} ${path}: ${error.code === 'ENOSPC' ? 'no space left on device' : error.code}\n`,
      );
      yield* sys.sleep(seconds(10));
    }
  }
};

/** Waits until all PEERS (names with ports) can be reached, then trains for WORK_SECONDS. */
export const train: Program = function* run(sys, saved) {
  const peers = (sys.env.get('PEERS') ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  const listener = sys.listen({ host: '', port: number(sys, 'PORT', 29500) });
  let step = typeof saved === 'number' ? saved : 0;
  for (const peer of step > 0 ? [] : peers) {
    const [host = '', port = '29500'] = peer.split(':');
    while (!(yield* isThere(sys, host, Number(port)))) {
      yield* sys.write(1, `${rfc3339(sys.now())} waiting for ${peer}\n`);
      yield* sys.sleep(seconds(5));
    }
  }
  if (step === 0) yield* sys.write(1, `${rfc3339(sys.now())} all ${peers.length} peers are there\n`);
  const total = number(sys, 'WORK_SECONDS', 60);
  for (; step < total; step += 10) {
    yield* sys.write(1, `${rfc3339(sys.now())} step ${step} of ${total}\n`);
    yield* sys.spend(5000);
    yield* sys.sleep(seconds(Math.min(10, total - step)));
  }
  sys.close(listener);
  yield* sys.write(1, `${rfc3339(sys.now())} trained\n`);
  return 0;
};

function* isThere(sys: Sys, host: string, port: number): Blocking<boolean> {
  try {
    sys.close(yield* sys.connect({ host, port }, durationMs(2000)));
    return true;
  } catch (error) {
    if (error instanceof SysError) return false;
    throw error;
  }
}

/** Never changed, only replaced: a copy that was made between two requests must count none twice. */
interface Tally {
  readonly sent: number;
  readonly failed: number;
  readonly reasons: ReadonlyMap<string, number>;
  readonly until: number;
}

function counted({ sent, failed, reasons, until }: Tally, reason: string | undefined): Tally {
  if (reason === undefined) return { sent: sent + 1, failed, reasons, until };
  const known = new Map(reasons).set(reason, (reasons.get(reason) ?? 0) + 1);
  return { sent: sent + 1, failed: failed + 1, reasons: known, until };
}

function isTally(saved: PlainData | undefined): saved is Tally {
  return typeof saved === 'object' && saved !== null && 'sent' in saved;
}

const LOAD = {
  usage: '[-r PER_SECOND] [-d DURATION] URL',
  flags: 'r|rate= d|duration= t|timeout= q|quiet',
  arguments: [1, 1] as const,
};

/** Sends requests at an even rate and reports what failed. */
export const load = command(LOAD, function* (context) {
  const { sys, flags, args } = context;
  const url = (args[0] ?? '').includes('://') ? (args[0] ?? '') : `http://${args[0] ?? ''}`;
  const rate = Math.max(0.1, Number(flags.value('r') ?? 10) || 10);
  const length = readDuration(flags.value('d') ?? '30d') ?? 30_000;
  const timeout = durationMs(readDuration(flags.value('t') ?? '5') ?? 5000);
  let tally: Tally = isTally(context.saved)
    ? context.saved
    : { sent: 0, failed: 0, reasons: new Map(), until: sys.now() + length };
  for (;;) {
    sys.save(tally);
    const began = sys.now();
    if (began >= tally.until) break;
    const reason = yield* request(sys, url, timeout);
    tally = counted(tally, reason);
    if (reason !== undefined && !flags.has('q')) context.warn(`${rfc3339(sys.now())} ${reason}\n`);
    if (tally.sent % Math.max(1, Math.round(rate * 10)) === 0)
      context.print(`${rfc3339(sys.now())} sent ${tally.sent}, failed ${tally.failed}\n`);
    yield* context.flush();
    const wait = 1000 / rate - (sys.now() - began);
    if (wait > 0) yield* sys.sleep(durationMs(wait));
  }
  context.print(`sent ${tally.sent}, failed ${tally.failed}\n`);
  for (const [reason, count] of tally.reasons) context.print(`  ${String(count).padStart(6)} ${reason}\n`);
  return tally.failed > 0 ? 1 : 0;
});

/** Why a request failed; undefined when it didn't. */
function* request(sys: Sys, url: string, timeout: Parameters<Sys['sleep']>[0]): Blocking<string | undefined> {
  try {
    const response = yield* sys.http({ method: 'GET', url, timeout });
    yield* readAll(sys, response.body);
    sys.close(response.body);
    return response.status < 400 ? undefined : `status ${response.status}`;
  } catch (error) {
    if (error instanceof SysError)
      return (
        {
          ECONNREFUSED: 'connection refused',
          ETIMEDOUT: 'timed out',
          ECONNRESET: 'connection reset',
          ENOTFOUND: 'name not found',
        }[String(error.code)] ?? error.code
      );
    throw error;
  }
}
