# diagnosis: none
# No batch.
kubectl create deployment web --image=learn/hello:1.0
job() {
  kubectl delete job "$1" --ignore-not-found
  kubectl create -f - <<END
{ apiVersion: batch/v1, kind: Job, metadata: { name: $1 }, spec: { $2, template: { spec: { restartPolicy: Never,
  containers: [{ name: work, image: "learn/batch:1.0", env: [{ name: WORK_SECONDS, value: "2" }, { name: EXIT_CODE, value: "${3:-0}" }] }] } } } }
END
}
# Three indexes; five completions without any.
job report 'completionMode: Indexed, completions: 3, parallelism: 3'
kubectl wait job/report --for=condition=Complete --timeout=60s
# open: report
job report 'completions: 5, parallelism: 5'
kubectl wait job/report --for=condition=Complete --timeout=60s
# open: report
kubectl delete job report
# One failure, by another rule; by the right rule, but two.
job import 'backoffLimit: 0' 42
kubectl wait job/import --for=condition=Failed --timeout=60s
# open: import
job import 'completions: 2, parallelism: 2, podFailurePolicy: { rules: [{ action: FailJob, onExitCodes: { operator: In, values: [42] } }] }' 42
kubectl wait job/import --for=condition=Failed --timeout=60s
# open: import
# Jobs by hand; a clock that stands still.
kubectl create job tick-0 --image=learn/batch:1.0
# open: tick
kubectl delete job tick-0
sed -i 's/^  schedule/  concurrencyPolicy: Forbid\n  suspend: true\n  schedule/' tick.yaml
kubectl apply -f tick.yaml
# open: tick
# At three, of which town? In Tokyo, at what hour?
kubectl create cronjob nightly --image=learn/batch:1.0 --schedule='0 3 * * *'
# open: nightly
kubectl patch cronjob nightly -p '{"spec":{"schedule":"0 4 * * *","timeZone":"Asia/Tokyo"}}'
# open: nightly
# Refused for other reasons.
kubectl create -f - <<END
{ apiVersion: batch/v1, kind: Job, metadata: { name: odd }, spec: { backoffLimit: -1, template: { spec: { restartPolicy: Never, containers: [{ name: a, image: b }] } } } }
END
# diagnosis: none
kubectl create -f - <<END
{ apiVersion: apps/v1, kind: Deployment, metadata: { name: odd }, spec: { selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: { restartPolicy: Never, containers: [{ name: a, image: b }] } } } }
END
