# The way of the story.
# goal: labelled
sed -i -e 's/^  template:/  selector:\n    matchLabels:\n      app: web\n  template:/' -e 's/tier: front/app: web/' web.yaml
kubectl apply -f web.yaml
kubectl rollout status deployment/web
# unknown: new-set
# goal: scaled
kubectl scale deployment web --replicas=3
# open: scaled
kubectl rollout status deployment/web
# goal: second-set
kubectl set image deployment/web hello=learn/hello:1.1
kubectl rollout status deployment/web
sleep 15
