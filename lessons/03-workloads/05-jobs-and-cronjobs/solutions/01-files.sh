# The way of the story.
# goal: report
sed -i 's/^  template:/  completions: 5\n  parallelism: 2\n  completionMode: Indexed\n  template:/' report.yaml
kubectl apply -f report.yaml
# open: report
kubectl wait job/report --for=condition=Complete --timeout=120s
# goal: import
sed -i 's/^  template:/  podFailurePolicy:\n    rules:\n      - action: FailJob\n        onExitCodes:\n          operator: In\n          values: [42]\n  template:/' import.yaml
kubectl apply -f import.yaml
# unknown: how-often
kubectl wait job/import --for=condition=Failed --timeout=120s
# goal: tick
sed -i 's/^  schedule/  concurrencyPolicy: Forbid\n  schedule/' tick.yaml
kubectl apply -f tick.yaml
# goal: nightly
kubectl create cronjob nightly --image=learn/batch:1.0 --schedule='0 3 * * *' --dry-run=client -o yaml | sed 's/^  schedule/  timeZone: Asia\/Tokyo\n  schedule/' | kubectl apply -f -
sleep 5
