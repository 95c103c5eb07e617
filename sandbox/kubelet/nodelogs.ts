// `/logs/`: the files below a node's /var/log, as the kubelet's file server shows them to who may look at nodes.

import type { ProxiedResponse } from '../kube/nodedoor.ts';
import type { Kubelet } from './kubeletcontext.ts';

const ROOT = '/var/log';
const HTML = 'text/html; charset=utf-8';
const TEXT = 'text/plain; charset=utf-8';

/** `path` begins with `/logs`. */
export function answerLogs({ runtime }: Kubelet, path: string): ProxiedResponse {
  const files = runtime.files();
  const parts = path
    .split('/')
    .slice(2)
    .filter((part) => part !== '');
  const place = [ROOT, ...parts].join('/');
  if (parts.includes('..') || (parts.length > 0 && !files.exists(place)))
    return answer(404, TEXT, '404 page not found\n');
  const isFolder = !files.exists(place) || files.stat(place).type === 'directory';
  if (!isFolder) return answer(200, TEXT, files.readText(place));
  const names = files.exists(place)
    ? files.list(place).map((name) => shown(name, files.stat(`${place}/${name}`).type))
    : [];
  const lines = names.sort().map((name) => `<a href="${name}">${name}</a>\n`);
  return answer(
    200,
    HTML,
    `<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n${lines.join('')}</pre>\n`,
  );
}

function shown(name: string, type: string): string {
  return type === 'directory' ? `${name}/` : name;
}

function answer(status: number, type: string, body: string): ProxiedResponse {
  return { status, headers: { 'content-type': [type] }, body };
}
