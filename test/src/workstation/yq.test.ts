// yq on the workstation: what learners and manifests ask of it, and what it refuses.

import { describe, expect, it } from 'vitest';
import { durationMs, EPOCH } from '../../../sandbox/time/units.ts';
import { readHomeFile } from '../../../src/session/home.ts';
import { createSession } from '../../../src/session/session.ts';

const WEB = `# a web shop
kind: Deployment
metadata:
  name: web # its name
  labels: {app: web, "a.b/c": 'x'}
spec:
  replicas: 2
  containers:
    - name: nginx
      image: "nginx:1.25" # pinned
    - name: side
      image: busybox
---
kind: Service
metadata:
  name: svc
`;

const session = createSession({ version: '0', seed: 1, startTime: EPOCH });
session.enter({
  kind: 'files',
  files: { 'web.yaml': WEB, 'a.yaml': 'a: {b: 1, c: 2}\n', 'b.yaml': 'a: {c: 3, d: 4}\n' },
});
session.enter({ kind: 'shell', shell: 1, does: 'open', size: { columns: 200, rows: 50 } });
session.advance(durationMs(200));

/** What a line prints, and how it ends. */
function run(line: string): { readonly text: string; readonly status: number | undefined } {
  let text = '';
  const quiet = session.onOutput((_, bytes) => {
    text += Buffer.from(bytes).toString();
  });
  session.enter({ kind: 'line', shell: 1, line });
  session.advance(durationMs(500));
  quiet();
  return { text: text.replaceAll('\r', ''), status: session.shells().get(1)?.marks.lastStatus };
}

describe('yq', () => {
  it.each([
    ['yq .metadata.name web.yaml', 'web\n---\nsvc\n'],
    [`yq -N '.metadata.name' web.yaml`, 'web\nsvc\n'],
    [`yq '.spec.containers[0].image' web.yaml | head -1`, 'nginx:1.25\n'],
    [
      `yq 'select(.kind == "Dep*") | .spec.containers[] | select(.name == "side")' web.yaml`,
      'name: side\nimage: busybox\n',
    ],
    [`yq 'select(di == 0) | .metadata.labels["a.b/c"]' web.yaml`, 'x\n'],
    [`yq -o json 'select(di == 1)' web.yaml`, '{\n  "kind": "Service",\n  "metadata": {\n    "name": "svc"\n  }\n}\n'],
    [`yq -o json -I 0 .a a.yaml`, '{"b":1,"c":2}\n'],
    [`yq -o props . a.yaml`, 'a.b = 1\na.c = 2\n'],
    [`yq .a a.yaml`, '{b: 1, c: 2}\n'],
    [`yq -P .a a.yaml`, 'b: 1\nc: 2\n'],
    [`yq '.a | keys' a.yaml`, '- b\n- c\n'],
    [`yq '.a |= with_entries(.value += 1)' a.yaml`, 'a: {b: 2, c: 3}\n'],
    [`yq 'del(.a.b)' a.yaml`, 'a: {c: 2}\n'],
    [`yq '.a.b.c, .nothing' a.yaml`, 'null\n'],
    [`yq '.a.b | tag' a.yaml`, '!!int\n'],
    [`yq eval-all -P 'select(fileIndex == 0) * select(fileIndex == 1)' a.yaml b.yaml`, 'a:\n  b: 1\n  c: 3\n  d: 4\n'],
    [`yq ea -P '. as $item ireduce ({}; . * $item)' a.yaml b.yaml`, 'a:\n  b: 1\n  c: 3\n  d: 4\n'],
    [`yq ea '[.a.c]' a.yaml b.yaml`, '- 2\n- 3\n'],
    [`N=7 yq -n '.x = env(N) | .y = strenv(N)'`, 'x: 7\ny: "7"\n'],
    [`echo '{"a-b": [1]}' | yq -P .a-b`, '- 1\n'],
    [`yq a.yaml`, 'a: {b: 1, c: 2}\n'],
  ])('%s', (line, text) => {
    expect(run(line)).toEqual({ text, status: 0 });
  });

  it('changes a file in its place, and leaves comments and quotes as they are', () => {
    run(`cp web.yaml mine.yaml; yq -i '(select(di == 0) | .spec.containers[0].image) = "nginx:1.27"' mine.yaml`);
    expect(readHomeFile(session.cluster(), 'mine.yaml')).toBe(WEB.replace('1.25', '1.27'));
    run(`yq -i '.spec.replicas = 5' a.yaml`);
    expect(readHomeFile(session.cluster(), 'a.yaml')).toBe('a: {b: 1, c: 2}\nspec:\n  replicas: 5\n');
  });

  it.each([
    [`yq '... comments=""' a.yaml`, 'does not understand the expression'],
    [`yq 'line' a.yaml`, 'line/0 is not defined'],
    [`yq '.a[' a.yaml`, 'does not understand the expression'],
    [`yq . missing.yaml`, 'Error: open missing.yaml: no such file or directory'],
    [`printf 'a: b: c\\n' | yq .`, "Error: bad file '-': yaml: line 1: "],
    [`yq -o xml . a.yaml`, "no output format 'xml'"],
    [`yq -e .q a.yaml`, 'Error: no matches found'],
    [`yq -i '.a = 1'`, 'write in place flag only applicable'],
    [`yq 'def f: f; f' a.yaml`, 'too deep or too far'],
    [`yq -n 'env(NOBODY)'`, "Value for env variable 'NOBODY' not provided"],
  ])('%s is refused', (line, why) => {
    const { text, status } = run(line);
    expect(text).toContain(why);
    expect(status).toBe(1);
  });
});
