# diagnosis: one-mount
kubectl apply -f - <<END
apiVersion: v1
kind: Pod
metadata:
  name: duo
spec:
  containers:
    - name: app
      image: learn/hello:1.0
      volumeMounts: [{ name: logs, mountPath: /logs }]
    - name: reader
      image: busybox:1.36
      command: [sleep, infinity]
  volumes:
    - name: logs
      emptyDir: {}
END
sleep 20
