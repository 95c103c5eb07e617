// busybox's `httpd`: files of a folder.

import { errorText } from '../../errors.ts';
import { type HttpReply, httpDate, type ServedRequest, serveHttp } from '../../serve.ts';
import { type Blocking, type PlainData, type Program, type Sys, SysError } from '../../sys.ts';
import { statOrNothing } from '../kit/attempt.ts';
import { type Flags, readFlags, UsageProblem } from '../kit/flags.ts';
import { readFile } from '../kit/input.ts';

interface Settings {
  readonly kind: 'httpd';
  readonly port: number;
  readonly host: string;
  readonly home: string;
  readonly verbose: boolean;
}

const USAGE =
  'BusyBox v1.36.1 (2024-05-17 12:00:00 UTC) multi-call binary.\n\nUsage: httpd [-ifv[v]] [-c CONFFILE] [-p [IP:]PORT] [-r REALM] [-h HOME]\n';

export const httpd: Program = function* run(sys, saved) {
  if (isSettings(saved)) return yield* serve(sys, undefined, saved);
  if (isServing(saved)) return yield* serve(sys, saved, saved.state);
  let flags: Flags;
  try {
    flags = readFlags({ flags: 'i f v c= p= h= u=', refused: 'r= m= d= e=' }, sys.argv.slice(1), false);
  } catch (error) {
    if (!(error instanceof UsageProblem)) throw error;
    yield* sys.write(2, `httpd: ${error.message}\n${error.usage ? USAGE : ''}`);
    return 1;
  }
  const [, host = '', port = '80'] = /^(?:(.*):)?(\d+)$/.exec(flags.value('p') ?? '80') ?? [];
  const home = flags.value('h') ?? '.';
  try {
    sys.chdir(home);
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    yield* sys.write(2, `httpd: can't change directory to '${home}': ${errorText(error.code)}\n`);
    return 1;
  }
  const settings: Settings = { kind: 'httpd', port: Number(port), host, home: sys.cwd(), verbose: flags.has('v') };
  if (!flags.has('f')) {
    sys.spawn(sys.argv, { forked: settings, session: true });
    return 0;
  }
  return yield* serve(sys, undefined, settings);
};

function isSettings(saved: PlainData | undefined): saved is Settings {
  return typeof saved === 'object' && saved !== null && 'kind' in saved && saved.kind === 'httpd';
}

function isServing(saved: PlainData | undefined): saved is { readonly state: Settings } {
  return typeof saved === 'object' && saved !== null && 'connections' in saved && 'state' in saved;
}

function* serve(sys: Sys, saved: PlainData | undefined, settings: Settings): Blocking<number> {
  try {
    return yield* serveHttp<Settings>(sys, saved, {
      port: settings.port,
      ...(settings.host === '' ? {} : { host: settings.host }),
      state: () => settings,
      handle: (request, state, inner) => answer(request, state, inner),
    });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    yield* sys.write(2, `httpd: bind: ${errorText(error.code)}\n`);
    return 1;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  htm: 'text/html',
  txt: 'text/plain',
  css: 'text/css',
  js: 'text/javascript',
  json: 'application/json',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  svg: 'image/svg+xml',
  xml: 'text/xml',
};

function* answer(request: ServedRequest, { home, verbose }: Settings, sys: Sys): Blocking<HttpReply> {
  const reply = yield* find(request, home, sys);
  if (verbose)
    yield* sys.write(
      2,
      `[::ffff:${request.client?.host ?? ''}]:${request.client?.port ?? 0}: response:${reply.status}\n`,
    );
  return { ...reply, close: true };
}

function* find(request: ServedRequest, home: string, sys: Sys): Blocking<HttpReply> {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return failure(sys, 501, 'Not Implemented', 'The requested method is not recognized');
  if (request.path.split('/').includes('..')) return failure(sys, 400, 'Bad Request', 'Unsupported method');
  let path = home + decodePath(request.path);
  if (statOrNothing(sys, path.replace(/(.)\/$/, '$1'))?.type === 'directory') {
    if (!path.endsWith('/'))
      return { status: 302, headers: { Location: `${request.path}/`, Date: httpDate(sys.now()) } };
    path += 'index.html';
  }
  const stat = statOrNothing(sys, path);
  if (stat?.type !== 'file') return failure(sys, 404, 'Not Found', 'The requested URL was not found');
  const type = TYPES[/\.([^./]+)$/.exec(path)?.[1] ?? ''] ?? 'application/octet-stream';
  try {
    const body = yield* readFile(sys, path);
    return {
      status: 200,
      headers: {
        Date: httpDate(sys.now()),
        'Content-type': type,
        'Accept-Ranges': 'bytes',
        'Last-Modified': httpDate(stat.modified),
      },
      body,
    };
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    return failure(sys, 403, 'Forbidden', '');
  }
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function failure(sys: Sys, status: number, title: string, words: string): HttpReply {
  const body = `<HTML><HEAD><TITLE>${status} ${title}</TITLE></HEAD>\n<BODY><H1>${status} ${title}</H1>\n${words}\n</BODY></HTML>\n`;
  return { status, headers: { Date: httpDate(sys.now()), 'Content-type': 'text/html' }, body };
}
