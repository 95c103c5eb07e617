# goal: new-version
sleep 3
kubectl -n {{ns}} patch configmap {{app}}-config -p '{"data":{"{{key}}":"jp"}}'
kubectl -n {{ns}} rollout status deployment {{app}} --timeout=120s
