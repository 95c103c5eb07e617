# goal: survives
kubectl -n {{ns}} patch deployment {{app}} --type=json -p '[{"op":"replace","path":"/spec/template/spec/containers/0/livenessProbe/httpGet/path","value":"/live"}]'
kubectl -n {{ns}} rollout status deployment {{app}} --timeout=120s
sleep 15
