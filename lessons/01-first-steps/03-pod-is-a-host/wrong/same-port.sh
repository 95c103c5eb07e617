# diagnosis: same-port
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
      image: learn/hello:1.0
      volumeMounts: [{ name: logs, mountPath: /logs }]
  volumes:
    - name: logs
      emptyDir: {}
END
sleep 20
