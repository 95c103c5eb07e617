// Servers that are known by a few answers: the image says which port, which lines of a log, which pages or words. All else is
// refused in a sentence that the image gives, so that nobody takes silence for an answer.

import { isObject, type JsonObject, own } from '../../../kube/json.ts';
import { rfc3339, timeMs } from '../../../time/units.ts';
import { KNOBS_FILE } from '../../images/format.ts';
import { certificatePem } from '../../net/tls.ts';
import { type HttpReply, serveHttp } from '../../serve.ts';
import type { Blocking, PlainData, Program, ServerTls, Sys } from '../../sys.ts';
import { decode, encode } from '../../text.ts';
import { jsonObject } from '../kit/apiview.ts';
import { tryTextFile } from '../kit/input.ts';
import { type StreamClient, serveStreams } from '../kit/serve.ts';

/** What an image says of its server; in texts `{time}` and `{host}` are filled in. */
interface Plain {
  readonly port: number;
  readonly log: readonly string[];
  readonly bye: string;
  /** By path; `*` stands for all others. */
  readonly pages: ReadonlyMap<string, HttpReply>;
  /** By what is sent in a line; for servers that don't speak HTTP. */
  readonly lines: ReadonlyMap<string, string>;
  readonly tls: boolean;
  /** What is said of everything else. */
  readonly refusal: string;
}

export const plainServer: Program = function* run(sys, saved) {
  const plain = plainOf(jsonObject((yield* tryTextFile(sys, KNOBS_FILE)) ?? ''), sys);
  if (saved === undefined) {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) sys.onSignal(signal, 'catch');
    for (const line of plain.log) yield* sys.write(1, `${filled(line, sys)}\n`);
  }
  const status = plain.lines.size > 0 ? yield* serveLines(sys, saved, plain) : yield* servePages(sys, saved, plain);
  if (plain.bye !== '') yield* sys.write(1, `${filled(plain.bye, sys)}\n`);
  return status;
};

function plainOf(knobs: JsonObject, sys: Sys): Plain {
  const text = (key: string): string => String(own(knobs, key) ?? '');
  const table = (key: string): readonly (readonly [string, JsonObject | string])[] => {
    const value = own(knobs, key);
    return isObject(value)
      ? Object.entries(value).map(([name, each]) => [name, isObject(each) ? each : String(each)])
      : [];
  };
  const log = own(knobs, 'log');
  const flag = text('portFlag');
  const given = flag === '' ? undefined : sys.argv.find((arg) => arg.startsWith(`${flag}=`));
  const pages = table('pages').map(([path, page]) => [path, replyOf(page)] as const);
  return {
    port: Number(/(\d+)$/.exec(given ?? '')?.[1] ?? own(knobs, 'port') ?? 8080),
    log: Array.isArray(log) ? log.map(String) : [],
    bye: text('bye'),
    pages: new Map(pages),
    lines: new Map(table('lines').map(([line, answer]) => [line, String(answer)])),
    tls: own(knobs, 'tls') === true,
    refusal: text('refusal'),
  };
}

function replyOf(page: JsonObject | string): HttpReply {
  if (typeof page === 'string')
    return { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: page };
  const location = own(page, 'location');
  const json = own(page, 'json');
  return {
    status: Number(own(page, 'status') ?? 200),
    headers: {
      'Content-Type': json === undefined ? String(own(page, 'type') ?? 'text/html') : 'application/json',
      ...(location === undefined ? {} : { Location: String(location) }),
    },
    body: json === undefined ? String(own(page, 'body') ?? '') : JSON.stringify(json),
  };
}

function filled(text: string, sys: Sys): string {
  return text.replaceAll('{time}', rfc3339(sys.now())).replaceAll('{host}', sys.hostname());
}

function servePages(sys: Sys, saved: PlainData | undefined, plain: Plain): Blocking<number> {
  const { pages, refusal, port } = plain;
  return serveHttp(sys, saved, {
    port,
    ...(plain.tls ? { tls: ownCertificate(sys) } : {}),
    onSignal: () => 'stop',
    handle: ({ path }, _, inner) => {
      const page = pages.get(path) ?? pages.get('*');
      if (page === undefined) return { status: 501, body: `${path}: ${refusal}\n` };
      return typeof page.body === 'string' ? { ...page, body: filled(page.body, inner) } : page;
    },
  });
}

/** One that it signs itself. */
function ownCertificate(sys: Sys): ServerTls {
  const name = sys.hostname();
  const start = Math.floor(sys.now() / 86_400_000) * 86_400_000;
  const [notBefore, notAfter] = [rfc3339(timeMs(start)), rfc3339(timeMs(start + 31_536_000_000))];
  const claims = { subject: name, organizations: [], names: [name], key: name, signer: name, notBefore, notAfter };
  return { cert: certificatePem(claims) };
}

function serveLines(sys: Sys, saved: PlainData | undefined, plain: Plain): Blocking<number> {
  return serveStreams(sys, saved, {
    ports: [plain.port],
    state: () => ({}),
    *onSignal() {
      return 'stop';
    },
    *onData(client: StreamClient, _, inner) {
      const line = decode(client.received).split('\n')[0]?.trim() ?? '';
      client.received = new Uint8Array(0);
      client.out.push(encode(filled(plain.lines.get(line) ?? `${plain.refusal}\n`, inner)));
      client.closing = true;
    },
  });
}
