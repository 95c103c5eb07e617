import { describe, expect, test } from 'vitest';
import { serverOf } from '../cluster.ts';
import { runKubectl } from '../machine.ts';

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', labels: { app: 'web' } },
  spec: { containers: [{ name: 'main', image: 'x' }] },
};
const server = serverOf({
  'GET /api/v1/namespaces/default/pods': { body: { kind: 'PodList', apiVersion: 'v1', metadata: {}, items: [POD] } },
  'GET /api/v1/namespaces/default/pods/web/log': { body: 'hello\n' },
});

describe('a command asks and says what the stock kubectl does:', () => {
  test('logs of labels look for the type, and take any form', () => {
    const { stdout, requests } = runKubectl(['logs', '-l', 'app=web'], { server });
    expect(stdout).toBe('hello\n');
    expect(requests.map(({ url, headers }) => [new URL(url).pathname, headers?.['Accept']]).slice(2)).toEqual([
      ['/api/v1/namespaces/default/pods', 'application/json, */*'],
      ['/api/v1/namespaces/default/pods/web/log', 'application/json, */*'],
    ]);
  });

  test('names that are empty are missed before anything is asked', () => {
    expect(runKubectl(['logs', ''], { server }).stderr).toContain('You must provide one or more resources');
    expect(runKubectl(['run', '', '--image=x'], { server }).stderr).toBe('error: Parameter: name is required\n');
    expect(runKubectl(['explain', ''], { server }).stderr).toBe(
      'error: a resource must be present, got: /, Resource=\n',
    );
  });

  test('a context that is not there is told by who looks first', () => {
    const said = (...words: string[]) => runKubectl([...words, '--context=nope'], { server }).stderr;
    expect(said('wait', 'pod/x', '--for=delete')).toBe('error: context "nope" does not exist\n');
    expect(said('top', 'pod')).toBe('Error in configuration: context was not found for specified context: nope\n');
  });

  test('whether all or the selector is one too many is told by what the command reads first', () => {
    const said = (...words: string[]) => runKubectl([...words, '--all', '-l', ' x'], { server }).stderr;
    expect(said('apply', 'view-last-applied', 'pods')).toBe(
      `error: found non-empty label selector " x" with previously set 'all' parameter. \n`,
    );
    expect(said('delete', 'pods')).toBe("error: setting 'all' parameter but found a non empty selector. \n");
  });

  test('set selector asks what there is before it finds that its format is broken', () => {
    const { stderr, requests } = runKubectl(['set', 'selector', 'svc', 'a', 'x=y', '-o', 'jsonpath={'], { server });
    expect(stderr).toContain('unclosed action');
    expect(requests.map(({ url }) => new URL(url).pathname)).toEqual(['/api', '/apis']);
  });

  test('a list among the overrides is read as an object of no kind', () => {
    const { stderr } = runKubectl(['run', 'x', '--image=y', '--overrides=[]', '--dry-run=client'], { server });
    expect(stderr).toContain("couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value");
  });

  test('all annotations that are none are told at once', () => {
    const words = ['run', 'x', '--image=y', '--annotations=a', '--annotations==b', '--dry-run=client'];
    expect(runKubectl(words, { server }).stderr).toBe('error: invalid annotations format: a, =b\n');
  });
});
