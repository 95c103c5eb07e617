# diagnosis: labels-on-deployment
sed -i 's/^  template:/  selector:\n    matchLabels:\n      tier: front\n  template:/' web.yaml
kubectl apply -f web.yaml
kubectl rollout status deployment/web
