// Files of a folder, as Go's file server shows them: lists of folders, `index.html` for them, types by name or by look.

import { FOLDER_PAGE, folderPage } from '../../../../sandbox/kube/go/folderpage.ts';
import { httpDate } from '../../../../sandbox/machine/serve.ts';
import { type Blocking, type Bytes, type FileStat, type Sys, SysError } from '../../../../sandbox/machine/sys.ts';
import { FileError, mustStat, readFile, statOf } from '../../files.ts';
import { baseName, cleanPath, extensionOf, joinPath } from '../../text/path.ts';
import { answerOf, plainAnswer } from './answers.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.gif': 'image/gif',
  '.htm': 'text/html; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.xml': 'text/xml; charset=utf-8',
  '.yaml': 'application/x-yaml',
  '.yml': 'application/x-yaml',
};
const PLAIN = 'text/plain; charset=utf-8';
const BINARY = 'application/octet-stream';
const INDEX = 'index.html';
/** So much of a file tells whether it is a text. */
const SNIFFED = 512;

/** The answer for a path below the folder, decoded, without its beginning. */
export function* folderAnswer(sys: Sys, folder: string, path: string): Blocking<Bytes> {
  const now = sys.now();
  if (path.endsWith(`/${INDEX}`) || path === INDEX) return moved(sys, './');
  const full = joinPath(folder, cleanPath(`/${path}`));
  try {
    const stat = mustStat(sys, full);
    const asFolder = path === '' || path.endsWith('/');
    if (stat.type !== 'directory') {
      return asFolder ? moved(sys, `../${baseName(full)}`) : yield* fileAnswer(sys, full, stat);
    }
    if (!asFolder) return moved(sys, `${baseName(full)}/`);
    const index = joinPath(full, INDEX);
    const indexStat = statOf(sys, index);
    return indexStat === undefined ? listAnswer(sys, full, stat) : yield* fileAnswer(sys, index, indexStat);
  } catch (error) {
    if (!(error instanceof FileError) && !(error instanceof SysError)) throw error;
    const missing = error instanceof FileError ? error.missing : error.code === 'ENOENT';
    return missing ? plainAnswer(now, 404, '404 page not found') : plainAnswer(now, 403, '403 Forbidden');
  }
}

function* fileAnswer(sys: Sys, path: string, { modified }: FileStat): Blocking<Bytes> {
  const content = yield* readFile(sys, path);
  const headers = [
    ['Accept-Ranges', 'bytes'],
    ['Content-Type', TYPES[extensionOf(path).toLowerCase()] ?? sniffed(content)],
    ['Last-Modified', httpDate(modified)],
  ] as const;
  return answerOf(sys.now(), 200, headers, content);
}

function sniffed(content: Bytes): string {
  const isText = content.subarray(0, SNIFFED).every((byte) => byte >= 32 || [9, 10, 12, 13, 27].includes(byte));
  return isText ? PLAIN : BINARY;
}

function listAnswer(sys: Sys, folder: string, { modified }: FileStat): Bytes {
  const names = [...sys.readdir(folder)]
    .sort()
    .map((name) => (statOf(sys, joinPath(folder, name))?.type === 'directory' ? `${name}/` : name));
  const headers = [
    ['Content-Type', FOLDER_PAGE],
    ['Last-Modified', httpDate(modified)],
  ] as const;
  return answerOf(sys.now(), 200, headers, folderPage(names));
}

function moved(sys: Sys, location: string): Bytes {
  return answerOf(sys.now(), 301, [['Location', location]], '');
}
