# The way of the story.
# goal: in-time
kubectl set image deployment/api api=learn/stubborn:polite
kubectl rollout status deployment/api
# goal: no-loss
kubectl patch deployment api -p '{"spec":{"template":{"spec":{"containers":[{"name":"api","lifecycle":{"preStop":{"sleep":{"seconds":5}}}}]}}}}'
kubectl rollout status deployment/api
# goal: registered
kubectl patch deployment api --patch-file hooks.yaml
kubectl rollout status deployment/api
sleep 45
