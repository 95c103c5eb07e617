// Frames of SPDY/3.1, as far as they are used to carry streams.

export type Frame =
  | { readonly kind: 'open'; readonly stream: number; readonly block: Uint8Array; readonly last: boolean }
  | { readonly kind: 'headers'; readonly stream: number; readonly block: Uint8Array; readonly last: boolean }
  | { readonly kind: 'data'; readonly stream: number; readonly bytes: Uint8Array; readonly last: boolean }
  | { readonly kind: 'reset'; readonly stream: number }
  | { readonly kind: 'ping'; readonly bytes: Uint8Array }
  | { readonly kind: 'go away' }
  /** Settings, windows: nothing has to be done about them. */
  | { readonly kind: 'other' };

const [SYN_STREAM, SYN_REPLY, RST_STREAM, PING, GOAWAY, HEADERS] = [1, 2, 3, 6, 7, 8];
const VERSION = 3;
const CONTROL = 0x80;
const FIN = 0x01;
const HEADER_BYTES = 8;
const ID_MASK = 0x7fff_ffff;
/** Frames are as long as their writer wants; nobody sends longer ones than this. */
const FRAME_MAX = 1024 * 1024;

/** What can't be understood ends the connection. */
export class SpdyError extends Error {}

/** Cuts a stream of bytes into frames. */
export function createFrameReader(): (bytes: Uint8Array) => readonly Frame[] {
  let waiting: Buffer = Buffer.alloc(0);
  return (bytes) => {
    waiting = waiting.length === 0 ? Buffer.from(bytes) : Buffer.concat([waiting, bytes]);
    const frames: Frame[] = [];
    while (waiting.length >= HEADER_BYTES) {
      const length = waiting.readUIntBE(5, 3);
      if (length > FRAME_MAX) throw new SpdyError('the frame is too long');
      if (waiting.length < HEADER_BYTES + length) break;
      frames.push(frameOf(waiting, waiting.subarray(HEADER_BYTES, HEADER_BYTES + length)));
      waiting = waiting.subarray(HEADER_BYTES + length);
    }
    return frames;
  };
}

function frameOf(header: Buffer, content: Buffer): Frame {
  const last = ((header[4] ?? 0) & FIN) !== 0;
  if (((header[0] ?? 0) & CONTROL) === 0)
    return { kind: 'data', stream: header.readUInt32BE(0) & ID_MASK, bytes: content, last };
  if ((header.readUInt16BE(0) & 0x7fff) !== VERSION) throw new SpdyError('another version of SPDY');
  const type = header.readUInt16BE(2);
  const least = type === SYN_STREAM ? 10 : 4;
  if (content.length < least) throw new SpdyError('the frame is too short');
  const stream = content.readUInt32BE(0) & ID_MASK;
  if (type === SYN_STREAM) return { kind: 'open', stream, block: content.subarray(10), last };
  if (type === HEADERS) return { kind: 'headers', stream, block: content.subarray(4), last };
  if (type === RST_STREAM) return { kind: 'reset', stream };
  if (type === PING) return { kind: 'ping', bytes: content };
  return type === GOAWAY ? { kind: 'go away' } : { kind: 'other' };
}

export function dataFrame(stream: number, bytes: Uint8Array, last = false): Uint8Array {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(stream, 0);
  header[4] = last ? FIN : 0;
  header.writeUIntBE(bytes.length, 5, 3);
  return Buffer.concat([header, bytes]);
}

export function replyFrame(stream: number, block: Uint8Array): Uint8Array {
  return control(SYN_REPLY, Buffer.concat([word(stream), block]));
}

export function resetFrame(stream: number, status: number): Uint8Array {
  return control(RST_STREAM, Buffer.concat([word(stream), word(status)]));
}

export function pingFrame(bytes: Uint8Array): Uint8Array {
  return control(PING, bytes);
}

export function goAwayFrame(lastStream: number): Uint8Array {
  return control(GOAWAY, Buffer.concat([word(lastStream), word(0)]));
}

function control(type: number, content: Uint8Array): Uint8Array {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE((CONTROL << 8) | VERSION, 0);
  header.writeUInt16BE(type, 2);
  header.writeUIntBE(content.length, 5, 3);
  return Buffer.concat([header, content]);
}

function word(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0, 0);
  return bytes;
}
