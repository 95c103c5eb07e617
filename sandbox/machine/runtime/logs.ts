// Reading containers' logs, as kubelet does for `kubectl logs`.

import type { ChannelId } from '../../time/channel.ts';
import { parseTime, type TimeMs } from '../../time/units.ts';
import { bytesOf, joinBytes, textOf } from '../bytes.ts';
import type { Kernel } from '../context.ts';
import { findExisting } from '../files/paths.ts';
import { childOf, kernelWalker } from '../files/tree.ts';
import type { Host } from '../state.ts';
import { rotatedNames } from '../streams/log.ts';
import { type Bytes, SysError } from '../sys.ts';
import type { Container } from './model.ts';
import { parentPath, readAll } from './walk.ts';

export interface LogQuery {
  /** The last lines; all unless given. */
  readonly tail?: number;
  readonly since?: TimeMs;
  readonly timestamps?: boolean;
  readonly limitBytes?: number;
  readonly stream?: 'stdout' | 'stderr';
}

interface LogLine {
  readonly time: string;
  readonly stream: string;
  readonly whole: boolean;
  readonly text: string;
}

/** What a log file and those put aside before it hold. ENOENT when there is none. */
export function readLogs(kernel: Kernel, host: Host, path: string, query: LogQuery): Bytes {
  const lines = chosen(linesOf(kernel, host, path), query);
  const text = lines.map((line) => formatLogLine(line, query.timestamps === true)).join('');
  const bytes = bytesOf(text);
  const { limitBytes } = query;
  return limitBytes === undefined || bytes.length <= limitBytes ? bytes : bytes.subarray(0, limitBytes);
}

/** As `readLogs`, and all that comes afterwards until the container has exited; the channel carries bytes. */
export function followLogs(kernel: Kernel, container: Container, query: LogQuery): ChannelId {
  const channel = kernel.channels.create();
  const { logPath, sink, sandbox } = container;
  const past = logPath === undefined ? bytesOf('') : readLogs(kernel, sandbox.host, logPath, query);
  if (past.length > 0) kernel.channels.write(channel, past, past.length);
  const left = query.limitBytes === undefined ? undefined : query.limitBytes - past.length;
  if (container.state === 'exited' || sink.log === undefined || (left !== undefined && left <= 0)) {
    kernel.channels.close(channel);
  } else {
    const { timestamps = false, stream } = query;
    sink.log.followers.push({ channel, timestamps, stream, left });
  }
  return channel;
}

/** Whoever follows any log reads its end: the API server, which passes them on, is gone. */
export function dropFollowers({ state, channels }: Kernel): void {
  for (const { sink } of state.containers.values()) {
    for (const { channel } of sink.log?.followers.splice(0) ?? []) channels.close(channel);
  }
}

function linesOf(kernel: Kernel, host: Host, path: string): readonly LogLine[] {
  const walker = kernelWalker({ mount: host.root, inode: host.root.root });
  const folder = findExisting(kernel, walker, parentPath(path));
  const name = path.slice(path.lastIndexOf('/') + 1);
  const parts: Bytes[] = [];
  for (const file of [...rotatedNames(kernel, { folder, name }), name]) {
    const inode = childOf(kernel, undefined, folder, file);
    if (inode === undefined) throw new SysError('ENOENT');
    parts.push(readAll(kernel, { mount: folder.mount, inode }));
  }
  const lines = textOf(joinBytes(parts)).split('\n');
  return lines
    .slice(0, -1)
    .map(parseLogLine)
    .filter((line) => line !== undefined);
}

/** `2026-01-01T00:00:00.000000000Z stdout F text`; undefined for what a full disk has cut off. */
function parseLogLine(line: string): LogLine | undefined {
  const time = line.indexOf(' ');
  const stream = line.indexOf(' ', time + 1);
  const tag = line.indexOf(' ', stream + 1);
  if (time < 0 || stream < 0 || tag < 0) return undefined;
  return {
    time: line.slice(0, time),
    stream: line.slice(time + 1, stream),
    whole: line.slice(stream + 1, tag) === 'F',
    text: line.slice(tag + 1),
  };
}

function chosen(lines: readonly LogLine[], { tail, since, stream }: LogQuery): readonly LogLine[] {
  const wanted = lines.filter(
    (line) =>
      (stream === undefined || line.stream === stream) &&
      (since === undefined || (parseTime(line.time) ?? since) >= since),
  );
  if (tail === undefined || tail < 0) return wanted;
  let start = wanted.length;
  let count = 0;
  // A line in parts counts once, and so does one that isn't finished.
  while (start > 0 && (count < tail || wanted[start - 1]?.whole === false)) {
    if (wanted[start - 1]?.whole === true || start === wanted.length) count++;
    if (count > tail) break;
    start--;
  }
  return tail === 0 ? [] : wanted.slice(start);
}

function formatLogLine({ time, whole, text }: LogLine, timestamps: boolean): string {
  return `${timestamps ? `${time} ` : ''}${text}${whole ? '\n' : ''}`;
}
