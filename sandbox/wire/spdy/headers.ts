// Blocks of headers in SPDY/3.1: names and values with their lengths, in one zlib stream a direction that begins with
// words both sides know.

import { constants, inflateSync } from 'node:zlib';
import { SpdyError } from './frames.ts';

/** Words that are written with their lengths, as headers are. */
const WORDS =
  'options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow ' +
  'authorization cache-control connection content-base content-encoding content-language content-length ' +
  'content-location content-md5 content-range content-type date etag expect expires from host if-match ' +
  'if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma ' +
  'proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade ' +
  'user-agent vary via warning www-authenticate method get status 200_OK version HTTP/1.1 url public set-cookie ' +
  'keep-alive origin';
/** And what follows them without any. */
const REST =
  '100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505' +
  '203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized' +
  '403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented503 Service Unavailable' +
  'Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT' +
  'chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,' +
  'publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.';

const DICTIONARY = Buffer.concat([
  ...WORDS.split(' ').map((word) => withLength(word.replace('_', ' '))),
  Buffer.from(REST, 'latin1'),
]);

function withLength(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length, 0);
  return Buffer.concat([length, bytes]);
}

/** More than this of one client's headers isn't kept. */
const HEADERS_MAX = 1024 * 1024;
const PLAIN_MAX = 16 * 1024 * 1024;

/** Reads the blocks of one direction, in their order. */
export function createHeaderReader(): (block: Uint8Array) => ReadonlyMap<string, string> {
  let seen: Buffer = Buffer.alloc(0);
  let read = 0;
  return (block) => {
    // Blocks are short and few: reading all of them again is simpler than keeping a stream open.
    seen = Buffer.concat([seen, block]);
    if (seen.length > HEADERS_MAX) throw new SpdyError('too many headers');
    const options = { dictionary: DICTIONARY, finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: PLAIN_MAX };
    const plain = inflateSync(seen, options);
    const fresh = plain.subarray(read);
    read = plain.length;
    return parse(fresh);
  };
}

function parse(bytes: Buffer): ReadonlyMap<string, string> {
  let at = 0;
  const number = (): number => {
    if (at + 4 > bytes.length) throw new SpdyError('headers end too early');
    at += 4;
    return bytes.readUInt32BE(at - 4);
  };
  const text = (): string => {
    const length = number();
    if (at + length > bytes.length) throw new SpdyError('headers end too early');
    at += length;
    return bytes.toString('utf8', at - length, at);
  };
  const headers = new Map<string, string>();
  for (let left = number(); left > 0; left--) {
    const name = text().toLowerCase();
    headers.set(name, text());
  }
  return headers;
}

/** An empty stored part: readers hand over what they have when one comes. */
const EMPTY_PART = Buffer.from([0, 0, 0, 0xff, 0xff]);

/** Writes the blocks of one direction: a zlib stream of stored parts, which needs no words known before. */
export function createHeaderWriter(): (headers: ReadonlyMap<string, string>) => Uint8Array {
  let begun = false;
  return (headers) => {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(headers.size, 0);
    const plain = Buffer.concat([count, ...[...headers].flatMap((pair) => pair.map(withLength))]);
    const part = Buffer.alloc(5);
    part.writeUInt16LE(plain.length, 1);
    part.writeUInt16LE(~plain.length & 0xffff, 3);
    const start = begun ? Buffer.alloc(0) : Buffer.from([0x78, 0x01]);
    begun = true;
    return Buffer.concat([start, part, plain, EMPTY_PART]);
  };
}
