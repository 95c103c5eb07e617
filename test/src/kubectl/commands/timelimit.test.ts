// --request-timeout: how long an exchange with the server may take, from its first byte to its last.

import { expect, test } from 'vitest';
import { commandOnWorkstation } from '../onworkstation.ts';

const CUT = 'net/http: request canceled (Client.Timeout or context cancellation while reading body)';

test('a watch ends when its time is over, and nothing is wrong with that', () => {
  const { stdout, stderr, exit } = commandOnWorkstation('kubectl get ns default -w -o name --request-timeout=2s');
  expect({ stdout, stderr, exit }).toEqual({ stdout: 'namespace/default\n', stderr: '', exit: 0 });
});

test('logs and raw answers are cut off, and say so', () => {
  const { stdout, stderr } = commandOnWorkstation(`
kubectl run one --image=busybox -- sh -c 'echo begun; sleep 1000'
kubectl wait --for=condition=Ready pod/one --timeout=60s >/dev/null
kubectl logs -f one --request-timeout=2s; echo "logs $?"
kubectl get --raw '/api/v1/namespaces?watch=1' --request-timeout=2s | wc -l`);
  expect(stdout).toBe('pod/one created\nbegun\nlogs 1\n5\n');
  expect(stderr).toBe(`${CUT}\nerror: ${CUT}\nerror: ${CUT}\n`);
});

test('the server is told the limit, but not by typed clients that list and watch', () => {
  const { stderr } = commandOnWorkstation(
    'kubectl get pods --request-timeout=5s -v=6; kubectl events --request-timeout=5s -v=6',
  );
  expect(stderr).toContain('/api/v1/namespaces/default/pods?limit=500&timeout=5s"');
  expect(stderr).toContain('/api/v1/namespaces/default/events?limit=500"');
});
