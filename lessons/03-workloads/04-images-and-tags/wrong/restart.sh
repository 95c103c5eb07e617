# diagnosis: still-latest
kubectl rollout restart deployment/web
kubectl rollout status deployment/web
sleep 10
