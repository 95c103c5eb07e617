# Somebody else writes the wish: an autoscaler that wants three at least.
# goal: ready
answer ready "$(kubectl get deployment web -o jsonpath='{.status.readyReplicas}')"
# goal: three
kubectl autoscale deployment web --min=3 --max=5 --cpu=80%
kubectl wait deployment/web --for=jsonpath='{.status.readyReplicas}'=3 --timeout=90s
# goal: lost-one
kubectl delete "$(kubectl get pods -l app=web -o name | tail -n 1)"
sleep 10
