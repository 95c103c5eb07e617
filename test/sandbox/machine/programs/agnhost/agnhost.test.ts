import { describe, expect, it } from 'vitest';
import { run } from '../../room.ts';
import { newBox } from '../box.ts';

function sh(script: string): string {
  const { stdout, stderr } = run(newBox('busybox'), ['sh', '-c', script]);
  return stdout + stderr;
}

/** Starts a server, and then asks. */
function serving(server: string, script: string): string {
  return sh(`${server} > /tmp/log 2>&1 & sleep 0.1; ${script}`);
}

describe('agnhost', () => {
  it('netexec does what requests ask of it', () => {
    const ask = (path: string): string => serving('agnhost netexec', `curl -s 'localhost:8080${path}'`);
    expect(ask('/echo?msg=hello')).toBe('hello');
    expect(ask('/shell?cmd=echo%20a;exit%203')).toBe('{"output":"a\\n","error":"exit status 3"}');
    expect(ask('/dial?host=127.0.0.1&port=8080&request=echo?msg=x&tries=2')).toBe('{"responses":["x","x"]}');
    expect(ask('/clientip')).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(ask('/none')).toBe('404 page not found\n');
    expect(serving('agnhost netexec --http-port=80', 'P=$!; curl -s "localhost/exit?code=3"; wait $P; echo $?')).toBe(
      '3\n',
    );
  });

  it('serves host names, ports, files and health', () => {
    expect(serving('agnhost serve-hostname', 'curl -s localhost:9376; echo; hostname')).toMatch(/^(.+)\n\1\n$/);
    expect(serving('SERVE_PORT_80=a SERVE_PORT_81=b agnhost porter', 'curl -s localhost:80 localhost:81')).toBe('ab');
    expect(serving('agnhost test-webserver --port=8000', 'curl -s localhost:8000/w/f')).toBe('l1 a\nl2 b\n');
    const health = 'curl -s -o /dev/null -w "%{http_code} " localhost:8080/healthz';
    expect(serving('agnhost liveness', `${health}; sleep 11; ${health}`)).toBe('200 500 ');
  });

  it('looks at mounts, names and connections', () => {
    expect(sh('agnhost entrypoint-tester a b')).toBe('[agnhost entrypoint-tester a b]\n');
    expect(sh('chmod 640 /w/f; agnhost mounttest --file_mode=/w/f --file_perm=/w/d --file_content=/w/d/g')).toBe(
      'mode of file "/w/f": -rw-r-----\nperms of file "/w/d": -rwxr-xr-x\ncontent of file "/w/d/g": x\n\n',
    );
    expect(sh('agnhost mounttest --new_file_0660=/tmp/n --file_perm=/tmp/n')).toBe(
      'perms of file "/tmp/n": -rw-rw----\n',
    );
    expect(sh('agnhost connect 127.0.0.1:9; echo $?; agnhost dns-server-list')).toBe('REFUSED\n1\n10.96.0.10\n');
  });

  it('refuses what it does not model, and says what there is', () => {
    expect(sh('agnhost webhook')).toContain('command "webhook" isn\'t modelled; there are connect,');
    expect(sh('agnhost connect --protocol=sctp a:1')).toBe("connect: protocol sctp isn't modelled; tcp is\n");
  });

  it('writes as many lines of a log as it was told', () => {
    expect(sh('agnhost logs-generator --log-lines-total 5 --run-duration 10s 2>&1 | wc -l')).toMatch(/^\s*5\n$/);
  });
});
