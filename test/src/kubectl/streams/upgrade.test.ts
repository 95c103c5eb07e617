// Sessions with processes and ports: what is tried where the first way is refused, and what is said in the end.

import { expect, test } from 'vitest';
import { commandOnWorkstation } from '../onworkstation.ts';

const PREPARED = `
kubectl run web --image=nginx >/dev/null; kubectl wait --for=condition=Ready pod/web --timeout=60s >/dev/null
kubectl create role read --verb=get --resource=pods >/dev/null
kubectl create role enter --verb=create --resource=pods/exec,pods/portforward >/dev/null
for who in eve gus; do kubectl create rolebinding read-$who --role=read --user=$who >/dev/null; done
kubectl create rolebinding enter --role=enter --user=eve >/dev/null
`;

test('whoever may only create sessions gets in by the second way', () => {
  const { stdout, stderr, exit } = commandOnWorkstation(`${PREPARED} kubectl exec web --as=eve -v=4 -- echo in`);
  expect({ stdout, exit }).toEqual({ stdout: 'in\n', exit: 0 });
  expect(stderr).toContain('User \\"eve\\" cannot get resource \\"pods/exec\\"');
});

test('who is refused is told what the second request lacks', () => {
  const { stderr } = commandOnWorkstation(
    `${PREPARED} kubectl exec web --as=gus -- true; kubectl port-forward pod/web 8080:80 --as=gus`,
  );
  const why = (resource: string): string =>
    `unable to upgrade connection: pods "web" is forbidden: User "gus" cannot create resource "${resource}" in API group "" in the namespace "default"`;
  expect(stderr).toBe(`error: ${why('pods/exec')}\nerror: error upgrading connection: ${why('pods/portforward')}\n`);
});

test('a websocket alone asks permission for both verbs', () => {
  const { stderr } = commandOnWorkstation(
    `${PREPARED} kubectl create role look --verb=get --resource=pods/exec; kubectl create rolebinding look --role=look --user=gus
kubectl exec web --as=gus -v=4 -- true`,
  );
  expect(stderr).toContain('err="unable to upgrade streaming request: pods \\"web\\" is forbidden: "');
});

test('no websocket is tried where the environment says so', () => {
  const { stderr, exit } = commandOnWorkstation(
    `${PREPARED} KUBECTL_REMOTE_COMMAND_WEBSOCKETS=false kubectl exec web -v=6 -- true`,
  );
  expect(exit).toBe(0);
  expect(stderr).toMatch(/verb="POST" url="[^"]*\/exec\?/);
  expect(stderr).not.toMatch(/verb="GET" url="[^"]*\/exec\?/);
});
