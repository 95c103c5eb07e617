# diagnosis: none
# One Pod of two; one container of two; a reader that is called otherwise; an app that nobody hears; a restart of the reader; a note that is lost.
kubectl run other --image=learn/hello:1.0
sleep 5
# diagnosis: none
kubectl apply -f duo.yaml
# unknown: who-answers
# diagnosis: one-container
# open: both-run
kubectl delete pod duo --now
kubectl apply -f - <<END
apiVersion: v1
kind: Pod
metadata:
  name: duo
spec:
  terminationGracePeriodSeconds: 1
  containers:
    - name: app
      image: learn/hello:1.0
      volumeMounts: [{ name: logs, mountPath: /logs }]
    - name: listener
      image: busybox:1.36
      command: [sleep, infinity]
      volumeMounts: [{ name: logs, mountPath: /logs }]
  volumes:
    - name: logs
      emptyDir: {}
END
kubectl wait --for=condition=Ready pod/duo --timeout=60s
# open: both-run localhost shared-files
# unknown: what-stays
# diagnosis: none
kubectl delete pod duo --now
kubectl apply -f - <<END
apiVersion: v1
kind: Pod
metadata:
  name: duo
spec:
  terminationGracePeriodSeconds: 1
  containers:
    - name: app
      image: busybox:1.36
      command: [sleep, infinity]
      readinessProbe: { exec: { command: [test, -f, /logs/open] } }
      volumeMounts: [{ name: logs, mountPath: /logs }]
    - name: reader
      image: busybox:1.36
      command: [sleep, infinity]
      volumeMounts: [{ name: logs, mountPath: /logs }]
  volumes:
    - name: logs
      emptyDir: {}
END
sleep 15
# open: both-run
kubectl exec duo -c app -- touch /logs/open
sleep 15
# done: both-run
# open: localhost
kubectl exec duo -c app -- sh -c 'echo kept > /logs/note'
# open: kept
kubectl delete pod duo --now
kubectl apply -f - <<END
apiVersion: v1
kind: Pod
metadata:
  name: duo
spec:
  terminationGracePeriodSeconds: 1
  containers:
    - name: app
      image: learn/hello:1.0
      volumeMounts: [{ name: logs, mountPath: /logs }]
    - name: reader
      image: busybox:1.36
      command: [sleep, "20"]
      volumeMounts: [{ name: logs, mountPath: /logs }]
  volumes:
    - name: logs
      emptyDir: {}
END
sleep 40
# unknown: what-stays
kubectl exec duo -c app -- sh -c 'echo lost > /logs/note'
# open: kept
kubectl exec duo -c app -- kill 1
sleep 15
# open: kept
kubectl delete pod duo --now
