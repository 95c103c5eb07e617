import { describe, expect, it } from 'vitest';
import { seconds } from '../../../../../sandbox/time/units.ts';
import { run, start } from '../../room.ts';
import { copyBox, newBox } from '../box.ts';

function sh(script: string): string {
  const { stdout, stderr } = run(newBox('debian'), ['bash', '-c', script]);
  return stdout + stderr;
}

describe('python', () => {
  it.each([
    [`-c 'print("a", 1, sep="-")'`, 'a-1\n'],
    [`-c 'import os; x = os.environ.get("NAME", "none"); print(f"hello {x}" + "!")'`, 'hello none!\n'],
    [`-c 'for i in range(3): print(i, end=" ")'`, '0 1 2 '],
    [`-c 'import time, sys; time.sleep(1); print(2 * 3); sys.exit(4)' || echo $?`, '6\n4\n'],
    [`-c 'print("-" * 3)'`, '---\n'],
    [`--version`, 'Python 3.12.12\n'],
  ])('%s', (args, printed) => {
    expect(sh(`python ${args}`)).toBe(printed);
  });

  it('ends with a traceback where a script raises', () => {
    expect(sh(`printf 'print("up")\\nraise ValueError("no")\\n' > /tmp/a.py; python /tmp/a.py; echo $?`)).toBe(
      'up\n1\nTraceback (most recent call last):\n  File "/tmp/a.py", line 2, in <module>\nValueError: no\n',
    );
  });

  it('refuses what it cannot run before it runs any of it, and says what it can', () => {
    const said = sh(`python -c 'print(1); import flask; app = Flask(__name__); @app.route("/")'; echo $?`);
    expect(said).toMatch(
      /^126\npython: ".*" isn't modelled\. This machine runs `python -m http\.server`, and scripts of/,
    );
  });

  it('goes on in a copy where it was', () => {
    const room = newBox('debian');
    const script = 'import time\nn = 0\nwhile True:\n    n += 1\n    print(n)\n    time.sleep(10)\n';
    const running = start(room, ['python', '-c', script]);
    room.loop.advance(seconds(25));
    const copy = copyBox(room, 'debian');
    running.output();
    copy.loop.advance(seconds(10));
    expect(running.inCopy(copy).output().stdout).toContain('4\n');
  });

  it('serves files', () => {
    const ask =
      'python -m http.server 80 -d /w >/dev/null 2>/tmp/log & sleep 0.1; curl -s localhost/f localhost/none; cat /tmp/log';
    expect(sh(ask)).toMatch(/^l1 a\nl2 b\n[\s\S]*Error code: 404[\s\S]*"GET \/f HTTP\/1\.1" 200 -/);
  });
});

describe('node', () => {
  it.each([
    [`-e 'console.log("a", 1 + 2)'`, 'a 3\n'],
    [
      `-e 'setTimeout(() => { console.log("late"); process.exit(3) }, 1000); console.log("first")' || echo $?`,
      'first\nlate\n3\n',
    ],
    [`-p '1 + 1'`, '2\n'],
  ])('%s', (args, printed) => {
    expect(sh(`node ${args} 2>/dev/null`)).toBe(printed);
  });

  it('refuses servers, and says what it can', () => {
    expect(sh(`node -e 'require("http").createServer().listen(80)'; echo $?`)).toMatch(
      /^126\nnode: "require.*" isn't modelled\./,
    );
  });
});
