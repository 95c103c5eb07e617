// `/logs/`: the files below a node's /var/log, as the kubelet's file server shows them to who may look at nodes.

import { FOLDER_PAGE, folderPage } from '../../kube/go/folderpage.ts';
import type { ProxiedResponse } from '../../kube/nodedoor.ts';
import type { Kubelet } from '../kubeletcontext.ts';

const ROOT = '/var/log';
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
  const names = files.exists(place) ? files.list(place) : [];
  const shown = [...names]
    .sort()
    .map((name) => (files.stat(`${place}/${name}`).type === 'directory' ? `${name}/` : name));
  return answer(200, FOLDER_PAGE, folderPage(shown));
}

function answer(status: number, type: string, body: string): ProxiedResponse {
  return { status, headers: { 'content-type': [type] }, body };
}
