// A folder's list of files as Go's file server shows it.

import { escapedForHtml } from './gotemplate/functions.ts';

/** The page's type and how it reads; names in the order given, those of folders with a slash behind. */
export const FOLDER_PAGE = 'text/html; charset=utf-8';

export function folderPage(names: readonly string[]): string {
  const links = names.map((name) => `<a href="${encodedPath(name)}">${escapedForHtml(name)}</a>\n`);
  return `<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n${links.join('')}</pre>\n`;
}

function encodedPath(name: string): string {
  return encodeURI(name).replace(/[?#]/g, encodeURIComponent);
}
