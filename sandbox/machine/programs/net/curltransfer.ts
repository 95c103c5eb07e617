// One transfer of `curl`: what it has come to, why it failed, and how both are shown.

import { httpReason } from '../../http.ts';
import type { Blocking, HttpResponse, SysError } from '../../sys.ts';
import type { Context } from '../kit/command.ts';
import { headerName } from '../kit/headername.ts';
import { readTextFile } from '../kit/input.ts';
import type { Url } from './url.ts';

/** What a transfer has come to, for `-w`. */
export interface Transfer {
  url: string;
  status: number;
  redirects: number;
  size: number;
  /** Bytes that the answer says it has. */
  expected: number | undefined;
  /** Whether its table was begun. */
  shown: boolean;
  uploaded: number;
  began: number;
  resolved: number;
  connected: number;
  first: number;
  remote: { readonly host: string; readonly port: number };
  type: string;
  location: string;
  exit: number;
  error: string;
  method: string;
  output: string;
}

/** A transfer failed: the status to exit with, and why. */
export class Failure extends Error {
  readonly exit: number;
  constructor(exit: number, message: string) {
    super(message);
    this.exit = exit;
  }
}

export function newTransfer({ sys }: Context, url: string): Transfer {
  const now = sys.now();
  return {
    url,
    status: 0,
    redirects: 0,
    size: 0,
    expected: undefined,
    shown: false,
    uploaded: 0,
    began: now,
    resolved: now,
    connected: now,
    first: now,
    remote: { host: '', port: 0 },
    type: '',
    location: '',
    exit: 0,
    error: '',
    method: '',
    output: '',
  };
}

export function failureOf({ code, message }: SysError, { host }: Url, port: number, took: number): Failure {
  const connect = (why: string): Failure =>
    new Failure(7, `Failed to connect to ${host} port ${port} after ${took} ms: ${why}`);
  switch (code) {
    case 'ECONNREFUSED':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return connect('Could not connect to server');
    case 'ETIMEDOUT':
      return new Failure(
        28,
        message === code
          ? `Connection timed out after ${took} milliseconds`
          : `Operation timed out after ${took} milliseconds with 0 bytes received`,
      );
    case 'ECONNRESET':
      return message === code
        ? new Failure(56, 'Recv failure: Connection reset by peer')
        : new Failure(52, 'Empty reply from server');
    case 'ETLS':
      return new Failure(
        60,
        `SSL certificate problem: ${message}\nMore details here: https://curl.se/docs/sslcerts.html\n\ncurl failed to verify the legitimacy of the server and therefore could not\nestablish a secure connection to it. To learn more about this situation and\nhow to fix it, please visit the webpage mentioned above.`,
      );
    case 'EINVAL':
      return new Failure(1, message);
    default:
      return new Failure(56, `Recv failure: ${message}`);
  }
}

function headLines({ status, headers }: HttpResponse): readonly string[] {
  return [
    `HTTP/1.1 ${status} ${httpReason(status)}`.trimEnd(),
    ...Object.entries(headers).flatMap(([name, values]) => values.map((value) => `${headerName(name)}: ${value}`)),
  ];
}

export function headText(response: HttpResponse): string {
  return `${headLines(response).join('\r\n')}\r\n\r\n`;
}

export function conversation(
  url: Url,
  method: string,
  headers: ReadonlyMap<string, readonly [string, string]>,
  response: HttpResponse,
  address: string,
  port: number,
): string {
  const sent = [
    `${method} ${url.path} HTTP/1.1`,
    ...[...headers.values()].map(([name, value]) => `${name}: ${value}`),
    '',
  ];
  return [
    `* Connected to ${url.host} (${address}) port ${port}`,
    ...sent.map((line) => `> ${line}`),
    '* Request completely sent off',
    ...[...headLines(response), ''].map((line) => `< ${line}`),
    '',
  ].join('\n');
}

/** `-w`. */
export function* writeOut(context: Context, transfer: Transfer): Blocking<void> {
  const format = context.flags.value('w');
  if (format === undefined) return;
  const text = format.startsWith('@') ? yield* readTextFile(context.sys, format.slice(1)) : format;
  const values = writeOutValues(context, transfer);
  context.print(
    text
      .replace(/\\([nrt\\])/g, (_, letter: string) => ({ n: '\n', r: '\r', t: '\t' })[letter] ?? '\\')
      .replace(/%\{([a-z_]+)\}|%%/g, (all, name: string | undefined) =>
        name === undefined ? '%' : (values.get(name) ?? (name === 'stderr' || name === 'stdout' ? '' : all)),
      ),
  );
}

function writeOutValues({ sys, flags }: Context, transfer: Transfer): ReadonlyMap<string, string> {
  const since = (time: number): string => ((time - transfer.began) / 1000).toFixed(6);
  const total = sys.now();
  return new Map<string, string>([
    ['http_code', String(transfer.status).padStart(3, '0')],
    ['response_code', String(transfer.status).padStart(3, '0')],
    ['time_total', since(total)],
    ['time_namelookup', since(transfer.resolved)],
    ['time_connect', since(transfer.connected)],
    ['time_appconnect', transfer.url.startsWith('https') ? since(transfer.connected) : '0.000000'],
    ['time_pretransfer', since(transfer.connected)],
    ['time_starttransfer', since(transfer.first)],
    ['time_redirect', '0.000000'],
    ['size_download', String(transfer.size)],
    ['size_upload', String(transfer.uploaded)],
    ['size_request', '0'],
    ['speed_download', String(Math.round(transfer.size / Math.max(0.001, (total - transfer.began) / 1000)))],
    ['num_redirects', String(transfer.redirects)],
    ['num_connects', '1'],
    ['remote_ip', transfer.remote.host],
    ['remote_port', String(transfer.remote.port)],
    [
      'url_effective',
      transfer.url.includes('://') ? transfer.url : `http://${transfer.url}/`.replace(/([^/])\/\/$/, '$1/'),
    ],
    ['url', transfer.url],
    ['content_type', transfer.type],
    ['redirect_url', transfer.location],
    ['http_version', transfer.status === 0 ? '0' : '1.1'],
    ['scheme', transfer.url.startsWith('https') ? 'https' : 'http'],
    ['method', transfer.method],
    ['exitcode', String(transfer.exit)],
    ['errormsg', transfer.error],
    ['filename_effective', transfer.output],
    ['ssl_verify_result', flags.has('k') ? '0' : '0'],
  ]);
}
