# diagnosis: none
# Who has followed the nudge can go on: the first Deployment, without the label, doesn't count.
sed -i 's/^  template:/  selector:\n    matchLabels:\n      tier: front\n  template:/' web.yaml
kubectl apply -f web.yaml
kubectl rollout status deployment/web
# diagnosis: labels-on-deployment
kubectl delete deployment web
sed -i 's/tier: front/app: web/' web.yaml
kubectl apply -f web.yaml
kubectl rollout status deployment/web
# open: scaled
kubectl scale deployment web --replicas=3
kubectl rollout status deployment/web
# done: scaled
