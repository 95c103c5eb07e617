# Containers are restarted in place, and the policy knows more codes.
# goal: nightly
kubectl create cronjob nightly --image=learn/batch:1.0 --schedule='0 3 * * *'
kubectl patch cronjob nightly -p '{"spec":{"timeZone":"Asia/Tokyo"}}'
# goal: tick
kubectl apply -f tick.yaml
kubectl patch cronjob tick -p '{"spec":{"concurrencyPolicy":"Forbid","startingDeadlineSeconds":120}}'
# goal: import
kubectl apply -f - <<END
apiVersion: batch/v1
kind: Job
metadata: { name: import }
spec:
  backoffLimit: 3
  podFailurePolicy:
    rules:
      - { action: Ignore, onPodConditions: [{ type: DisruptionTarget }] }
      - { action: FailJob, onExitCodes: { containerName: work, operator: In, values: [42, 43] } }
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: work, image: "learn/batch:1.0", env: [{ name: EXIT_CODE, value: "42" }, { name: WORK_SECONDS, value: "2" }] }]
END
# goal: report
kubectl apply -f - <<END
apiVersion: batch/v1
kind: Job
metadata: { name: report }
spec:
  completions: 5
  parallelism: 5
  completionMode: Indexed
  ttlSecondsAfterFinished: 86400
  template:
    spec:
      restartPolicy: OnFailure
      containers: [{ name: work, image: "learn/batch:1.0", env: [{ name: WORK_SECONDS, value: "5" }] }]
END
kubectl wait job/report --for=condition=Complete --timeout=120s
sleep 15
