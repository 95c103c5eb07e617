# diagnosis: other-parts
kubectl apply -f report.yaml
sleep 10
sed -i 's/^  template:/  completions: 5\n  parallelism: 2\n  completionMode: Indexed\n  template:/' report.yaml
kubectl apply -f report.yaml
