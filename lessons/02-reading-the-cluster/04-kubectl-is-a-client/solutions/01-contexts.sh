# The way of the story.
# goal: path
answer path /api/v1/namespaces/dev/pods
# goal: by-hand
kubectl proxy --port=8001 > proxy.log &
sleep 1
curl -s -X POST -H 'Content-Type: application/json' -d @by-hand.json localhost:8001/api/v1/namespaces/dev/configmaps
kill %1
# goal: merged
KUBECONFIG=dev-config.yaml:prod-config.yaml kubectl config view --flatten > merged.yaml
cp merged.yaml ~/.kube/config
# goal: scaled
kubectl scale deployment api --context dev --replicas=2 || kubectl scale deployment api -n dev --replicas=2
sleep 10
