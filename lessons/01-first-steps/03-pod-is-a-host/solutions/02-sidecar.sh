# The reader as a sidecar: an init container that stays.
# goal: localhost
kubectl apply -f - <<END
apiVersion: v1
kind: Pod
metadata:
  name: duo
spec:
  initContainers:
    - name: reader
      image: busybox:1.36
      restartPolicy: Always
      command: [sleep, infinity]
      volumeMounts: [{ name: shared, mountPath: /logs }]
  containers:
    - name: app
      image: learn/hello:1.0
      env: [{ name: LOG_FILE, value: /logs/access.log }]
      volumeMounts: [{ name: shared, mountPath: /logs }]
  volumes:
    - name: shared
      emptyDir: { medium: Memory }
END
kubectl wait --for=condition=Ready pod/duo --timeout=60s
# goal: kept
kubectl exec duo -c reader -- sh -c 'echo kept > /logs/note'
kubectl exec duo -c app -- kill 1
sleep 15
