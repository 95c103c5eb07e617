# diagnosis: no-probe
kubectl -n {{ns}} patch deployment {{app}} --type=json -p '[{"op":"remove","path":"/spec/template/spec/containers/0/livenessProbe"}]'
kubectl -n {{ns}} rollout status deployment {{app}} --timeout=120s
