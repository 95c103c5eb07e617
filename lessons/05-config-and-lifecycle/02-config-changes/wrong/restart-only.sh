# diagnosis: restart-only
kubectl patch configmap greeting -p '{"data":{"hello":"good evening"}}'
kubectl rollout restart deployment by-env by-volume by-subpath
sleep 30
