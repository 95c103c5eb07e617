# The way of the story.
# goal: waits
sed -i 's/^      containers:/      initContainers:\n        - name: wait\n          image: busybox:1.36\n          command: [sh, -c, "until nc -z db 5432; do sleep 2; done"]\n        - name: generate\n          image: busybox:1.36\n          restartPolicy: Always\n          command:\n            - sh\n            - -c\n            - while true; do wget -qO \/content\/new http:\/\/source \&\& mv \/content\/new \/content\/report.txt; sleep 5; done\n          volumeMounts:\n            - name: content\n              mountPath: \/content\n      volumes:\n        - name: content\n          emptyDir: {}\n      containers:/' report.yaml
cat >> report.yaml <<END
          volumeMounts:
            - name: content
              mountPath: /content
END
kubectl apply -f report.yaml
sleep 20
kubectl scale deployment db --replicas=1
kubectl rollout status deployment/report
sleep 10
# goal: nightly
kubectl delete job nightly
kubectl apply -f - <<END
apiVersion: batch/v1
kind: Job
metadata: { name: nightly }
spec:
  template:
    spec:
      restartPolicy: Never
      initContainers:
        - { name: helper, image: "busybox:1.36", restartPolicy: Always, command: [sh, -c, "while true; do sleep 5; done"] }
      containers:
        - { name: work, image: "learn/batch:1.0", env: [{ name: WORK_SECONDS, value: "5" }] }
END
# open: nightly
kubectl wait job/nightly --for=condition=Complete --timeout=120s
