// A cluster that stops in the middle of things: commands that wait come to an end or wait on, others say that nobody
// answers, and the shell lives on until the cluster is back.

import { expect, test } from 'vitest';
import { commandOnWorkstation } from '../onworkstation.ts';

const MANIFEST = '/host/etc/kubernetes/manifests/kube-apiserver.yaml';
/** Takes the API server away after a while, and gives it back. */
const OUTAGE = `sleep 3; mv ${MANIFEST} /host/tmp/; sleep 12; mv /host/tmp/kube-apiserver.yaml ${MANIFEST}; sleep 9`;

const SCRIPT = `
kubectl run web --image=nginx; kubectl wait --for=condition=Ready pod/web --timeout=60s
kubectl debug node/control-plane --image=busybox -- sh -c '${OUTAGE}'
sleep 1
(kubectl get pods -w; echo "get $?") >get 2>&1 &
(kubectl events -w; echo "events $?") >events 2>&1 &
(kubectl logs -f web; echo "logs $?") >logs 2>&1 &
(kubectl wait --for=delete pod/web --timeout=8s; echo "wait $?") >wait 2>&1 &
sleep 10
tail -n 1 get events logs wait
kubectl get pods; echo "without: $?"
kubectl create configmap a; echo "without: $?"
sleep 12
kubectl get pod web -o name; echo "again: $?"
`;

test('what watches ends with the API server, what asks is refused, and all is well when it is back', () => {
  const { stdout, stderr, exit } = commandOnWorkstation(SCRIPT);
  expect(stdout.slice(stdout.indexOf('==>'))).toBe(
    '==> get <==\nget 0\n\n==> events <==\nevents 0\n\n==> logs <==\nlogs 0\n\n==> wait <==\nwait 1\n' +
      'without: 1\nwithout: 1\npod/web\nagain: 0\n',
  );
  expect(stderr).toContain('The connection to the server 127.0.0.1:6443 was refused - did you specify the right host');
  expect(stderr).toContain(
    'error: failed to create configmap: Post "https://127.0.0.1:6443/api/v1/namespaces/default/',
  );
  expect(exit).toBe(0);
});
