import { describe, expect, test } from 'vitest';
import { commandOnWorkstation } from '../onworkstation.ts';

const FILES = {
  'site/a.txt': 'hello\n',
  'site/b&c.html': '<b>',
  'site/sub/index.html': 'index\n',
};

/** What a proxy with these flags answers for paths, and what it says itself. */
function asked(flags: string, paths: readonly string[]): string {
  const asking = paths.map(
    (path) => `curl -si --path-as-is 'http://127.0.0.1:8099${path}' | tr -d '\\r' | grep -v ^Date`,
  );
  return commandOnWorkstation(
    `kubectl proxy -p 8099 ${flags} > said 2>&1 & p=$!; sleep 1; ${asking.join('; ')}; kill $p; wait $p; cat said`,
    FILES,
  ).stdout;
}

describe('kubectl proxy', () => {
  test('serves the files of a folder beside the API', () => {
    const answers = asked('-w site -P /st', [
      '/st/a.txt',
      '/st/',
      '/st/sub',
      '/st/sub/',
      '/st/none',
      '/st',
      '/healthz',
    ]);
    expect(answers).toContain('Content-Type: text/plain; charset=utf-8\n');
    expect(answers).toContain('<pre>\n<a href="a.txt">a.txt</a>\n<a href="b&c.html">b&amp;c.html</a>\n<a href="sub/">');
    expect(answers).toContain('HTTP/1.1 301 Moved Permanently\nLocation: sub/\n');
    expect(answers).toContain('\n\nindex\n');
    expect(answers).toContain('\n\n404 page not found\n');
    expect(answers).toContain(
      'HTTP/1.1 307 Temporary Redirect\nContent-Type: text/html; charset=utf-8\nLocation: /st/\n',
    );
    expect(answers).toContain('\n\nok');
  });

  test.each([
    ['--reject-methods=GET', '/version', 403],
    ['--reject-paths=^/version', '/version', 403],
    ['--reject-paths=^/version', '/healthz', 200],
    ['--accept-paths=^/api,^/version', '/version', 200],
    ['--accept-paths=^/api', '/version', 403],
    ['--accept-hosts=^example$', '/version', 403],
    ['--accept-hosts=^example$ --disable-filter', '/version', 200],
    ['--api-prefix=/k8s --reject-paths=^/version', '/k8s/version', 403],
    ['--api-prefix=/k8s', '/version', 404],
    ['', '/api/v1/namespaces/default/pods/web/exec', 403],
  ])('with %s answers %s with %i', (flags, path, status) => {
    expect(asked(flags, [path])).toContain(`HTTP/1.1 ${status} `);
  });

  test('says what is wrong with its flags', () => {
    const said = (flags: string) => commandOnWorkstation(`timeout 1 kubectl proxy ${flags}`, FILES);
    expect(said("--accept-hosts='['").exit).toBe(255);
    expect(said('--www=none').stderr).toContain('Failed to stat static file directory none: stat none: no such file');
    expect(said('--www=site/a.txt').stderr).toContain('Static file directory site/a.txt is not a directory');
    expect(said('--disable-filter').stderr).toContain('Request filter disabled, your proxy is vulnerable to XSRF');
    expect(said('-u s -p 80').stderr).toContain('cannot set --unix-socket and --port at the same time');
  });
});
