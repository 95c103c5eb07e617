# The way of the story.
# goal: new-version
kubectl set image deployment/web hello=learn/hello:2.0
kubectl rollout status deployment/web
# goal: stalled
kubectl set image deployment/web hello=learn/hello:broken
sleep 5
# open: stalled
kubectl rollout status deployment/web || true
# goal: recovered
kubectl rollout undo deployment/web
kubectl rollout status deployment/web
# goal: never-fewer
kubectl patch deployment web -p '{"spec":{"strategy":{"rollingUpdate":{"maxUnavailable":0}}}}'
