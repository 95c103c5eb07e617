// The pages that nginx makes by itself: errors, its status, lists of folders.

import { httpReason } from '../../http.ts';
import type { HttpReply } from '../../serve.ts';
import { statOrNothing } from '../kit/attempt.ts';
import { strftime } from '../kit/strftime.ts';
import type { Exchange } from './exchange.ts';

/** nginx's names differ from the usual ones here and there. */
const TITLES: Readonly<Record<number, string>> = {
  302: 'Found',
  403: 'Forbidden',
  405: 'Not Allowed',
  413: 'Request Entity Too Large',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

/** The page of a status; `server` is what signs it. */
export function ownPage(status: number, server: string): string {
  const title = `${status} ${TITLES[status] ?? httpReason(status)}`;
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>${server}</center>\r\n</body>\r\n</html>\r\n`;
}

export function statusPage({ state }: Exchange): HttpReply {
  const body = `Active connections: 1 \nserver accepts handled requests\n ${state.requests} ${state.requests} ${state.requests} \nReading: 0 Writing: 1 Waiting: 0 \n`;
  return { status: 200, headers: { 'Content-Type': 'text/plain' }, body };
}

export function listing({ sys }: Exchange, path: string, place: string): HttpReply {
  const rows = sys.readdir(place).map((name) => {
    const stat = statOrNothing(sys, place + name);
    const shown = stat?.type === 'directory' ? `${name}/` : name;
    const size = stat?.type === 'directory' ? '-' : String(stat?.size ?? 0);
    return `<a href="${shown}">${shown}</a>${' '.repeat(Math.max(1, 51 - shown.length))}${strftime('%d-%b-%Y %H:%M', (stat?.modified ?? 0) / 1000)}${size.padStart(20)}\r\n`;
  });
  const body = `<html>\r\n<head><title>Index of ${path}</title></head>\r\n<body>\r\n<h1>Index of ${path}</h1><hr><pre><a href="../">../</a>\r\n${rows.join('')}</pre><hr></body>\r\n</html>\r\n`;
  return { status: 200, headers: { 'Content-Type': 'text/html' }, body };
}
