# diagnosis: no-liveness
kubectl patch deployment slow --type=json -p '[{"op":"remove","path":"/spec/template/spec/containers/0/livenessProbe"}]'
kubectl rollout status deployment/slow
