# The way of the story.
cat > duo.yaml <<END
apiVersion: v1
kind: Pod
metadata:
  name: duo
spec:
  containers:
    - name: app
      image: learn/hello:1.0
      env:
        - name: LOG_FILE
          value: /logs/access.log
      volumeMounts:
        - name: logs
          mountPath: /logs
    - name: reader
      image: busybox:1.36
      command: [sleep, infinity]
      volumeMounts:
        - name: logs
          mountPath: /logs
  volumes:
    - name: logs
      emptyDir: {}
END
# goal: localhost
kubectl apply -f duo.yaml
kubectl wait --for=condition=Ready pod/duo --timeout=60s
# goal: kept
kubectl exec duo -c app -- sh -c 'echo kept > /logs/note; echo lost > /tmp/note'
kubectl exec duo -c app -- kill 1
sleep 15
