# diagnosis: replace
sed -i 's/^  schedule/  concurrencyPolicy: Replace\n  schedule/' tick.yaml
kubectl apply -f tick.yaml
