# By a patch, and the lost Pod is put out of its node.
# goal: three
kubectl patch deployment web --type=json -p '[{"op":"replace","path":"/spec/replicas","value":3}]'
kubectl wait deployment/web --for=jsonpath='{.status.readyReplicas}'=3
# goal: ready
answer ready "$(kubectl get deployment web -o json | jq .status.readyReplicas)"
# goal: lost-one
kubectl delete pod -l app=web
sleep 10
