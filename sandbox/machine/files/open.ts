// What a descriptor stands for. Several descriptors (after dup, spawn or fork) may stand for the same open file, and
// share its position.

import type { HttpBody } from '../net/body.ts';
import type { Endpoint, Listener } from '../net/namespace.ts';
import type { WebSocket } from '../net/websocket.ts';
import type { ChannelSource, Sink } from '../streams/outside.ts';
import type { Pipe } from '../streams/pipe.ts';
import type { Tty } from '../streams/tty.ts';
import type { Bytes } from '../sys.ts';
import type { DeviceName } from './inode.ts';
import type { Place } from './mount.ts';

interface Common {
  /** How many descriptors stand for it. */
  refs: number;
}

export interface RegularFile extends Common {
  readonly kind: 'file';
  readonly place: Place;
  readonly path: string;
  position: number;
  readonly read: boolean;
  readonly write: boolean;
  readonly append: boolean;
}

interface DirectoryFile extends Common {
  readonly kind: 'directory';
  readonly place: Place;
  readonly path: string;
}

/** A generated file, as it was when it was opened. */
interface TextFile extends Common {
  readonly kind: 'text';
  readonly place: Place;
  readonly path: string;
  readonly bytes: Bytes;
  position: number;
}

interface DeviceFile extends Common {
  readonly kind: 'device';
  readonly device: DeviceName;
  readonly place: Place | undefined;
}

interface PipeFile extends Common {
  readonly kind: 'pipe';
  readonly pipe: Pipe;
  readonly end: 'read' | 'write';
  /** Where it lies, for a fifo; and how often the other end had been opened before. */
  readonly place: Place | undefined;
  readonly met: number;
}

interface TtyFile extends Common {
  readonly kind: 'tty';
  readonly tty: Tty;
}

interface StreamFile extends Common {
  readonly kind: 'stream';
  readonly endpoint: Endpoint;
}

interface ListenerFile extends Common {
  readonly kind: 'listener';
  readonly listener: Listener;
}

/** Reads what comes from outside the machine: the stdin of an exec, of a container. */
interface SourceFile extends Common {
  readonly kind: 'source';
  readonly source: ChannelSource;
}

/** Writes to the outside: a container's log, whoever is attached. */
interface SinkFile extends Common {
  readonly kind: 'sink';
  readonly sink: Sink;
  readonly stream: 'stdout' | 'stderr';
}

interface BodyFile extends Common {
  readonly kind: 'body';
  readonly body: HttpBody;
}

interface WebSocketFile extends Common {
  readonly kind: 'websocket';
  readonly socket: WebSocket;
}

export type OpenFile =
  | RegularFile
  | DirectoryFile
  | TextFile
  | DeviceFile
  | PipeFile
  | TtyFile
  | StreamFile
  | ListenerFile
  | SourceFile
  | SinkFile
  | BodyFile
  | WebSocketFile;

/** What /proc/PID/fd/N is a link to. */
export function describeOpenFile(file: OpenFile): string {
  switch (file.kind) {
    case 'file':
    case 'directory':
    case 'text':
      return file.path;
    case 'device':
      return `/dev/${file.device}`;
    case 'pipe':
      return `pipe:[${file.pipe.number}]`;
    case 'tty':
      return `/dev/${file.tty.name}`;
    case 'source':
    case 'sink':
      return 'pipe:[0]';
    case 'stream':
      return `socket:[${file.endpoint.number}]`;
    case 'listener':
      return `socket:[${file.listener.number}]`;
    case 'body':
    case 'websocket':
      return 'socket:[0]';
    default:
      return file satisfies never;
  }
}
