# diagnosis: initial-delay
sed -i 's/^            failureThreshold: 3/            failureThreshold: 3\n            initialDelaySeconds: 120/' slow.yaml
kubectl apply -f slow.yaml
kubectl rollout status deployment/slow
