# diagnosis: no-probe
kubectl patch deployment price --type=json -p '[{"op":"remove","path":"/spec/template/spec/containers/0/readinessProbe"}]'
kubectl rollout status deployment/price
