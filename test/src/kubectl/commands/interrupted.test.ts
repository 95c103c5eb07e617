// Ctrl-C in commands that would go on: each ends at once, and the shell goes on with the next line.

import { expect, test } from 'vitest';
import { commandOnWorkstation } from '../onworkstation.ts';

const ENDLESS = [
  'kubectl logs -f web',
  'kubectl get pods -w',
  'kubectl events -w',
  'kubectl wait --for=delete pod/web',
  'kubectl rollout status deployment/stuck',
  'kubectl port-forward pod/web 8080:80',
  'kubectl exec web -- sleep 100',
  'kubectl attach web',
  'kubectl proxy --port=8901',
  'KUBE_EDITOR="tail -f" kubectl edit pod web',
];

/** `timeout` ends with it what had to be interrupted. */
const INTERRUPTED = 124;

test('commands that wait end with Ctrl-C, one after the other in one shell', () => {
  const lines = ENDLESS.map((line) => {
    const [, setting = '', command = ''] = /^(KUBE_EDITOR="[^"]*" )?(.*)$/.exec(line) ?? [];
    return `${setting}timeout -s INT 2 ${command} >/dev/null 2>&1; echo "$? ${command}"`;
  });
  const script = [
    'kubectl run web --image=nginx; kubectl create deployment stuck --image=nope:1; sleep 8',
    ...lines,
    'kubectl get pod web -o name',
  ].join('\n');
  const expected = ENDLESS.map((line) => `${INTERRUPTED} ${line.slice(line.indexOf('kubectl'))}`);
  const { stdout, exit } = commandOnWorkstation(script);
  expect(stdout.trimEnd().split('\n').slice(2)).toEqual([...expected, 'pod/web']);
  expect(exit).toBe(0);
});
