# diagnosis: none
# A Pod less, but no rollout.
kubectl delete "$(kubectl get pods -l app=web -o name | head -n 1)"
sleep 5
# unknown: fewest
kubectl patch deployment web -p '{"spec":{"strategy":{"rollingUpdate":{"maxUnavailable":0}}}}'
sleep 5
# unknown: fewest
# Another Deployment answers: the right version, and then a wrong one.
ask() { kubectl patch service web -p "{\"spec\":{\"selector\":{\"app\":\"$1\"}}}"; }
kubectl create deployment web-new --image=learn/hello:2.0 --replicas=2
kubectl rollout status deployment/web-new
ask web-new
# open: new-version
kubectl set image deployment/web hello=learn/hello:2.0
kubectl set image deployment/web-new hello=learn/hello:1.0
kubectl rollout status deployment/web
# open: new-version
ask web
# Stalled, but at an image that isn't there.
kubectl set image deployment/web hello=learn/hello:none
sleep 45
# open: stalled recovered
kubectl rollout undo deployment/web
kubectl rollout status deployment/web
# Up to date, but one says that it isn't ready.
pod=$(kubectl get pods -l app=web -o name | head -n 1)
kubectl exec "$pod" -- switch ready off
sleep 15
# open: recovered
kubectl exec "$pod" -- switch ready on
sleep 5
# Never fewer, but nobody asks them.
ask web-new
# open: never-fewer
