# diagnosis: patience
kubectl -n {{ns}} patch deployment {{app}} --type=json -p '[{"op":"replace","path":"/spec/template/spec/containers/0/livenessProbe/failureThreshold","value":5}]'
kubectl -n {{ns}} rollout status deployment {{app}} --timeout=120s
