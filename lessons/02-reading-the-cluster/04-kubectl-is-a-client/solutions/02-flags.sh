# Flags instead of switching, and a request straight to the server.
# goal: scaled
kubectl --kubeconfig dev-config.yaml scale deployment api --replicas=2
# goal: path
answer path /api/v1/namespaces/dev/pods
# goal: by-hand
curl -sk -X POST -H 'Authorization: Bearer learner' -H 'Content-Type: application/json' -d @by-hand.json https://127.0.0.1:6443/api/v1/namespaces/dev/configmaps
# goal: merged
cp prod-config.yaml ~/.kube/config
kubectl config set-cluster dev --server=https://127.0.0.1:6443 --insecure-skip-tls-verify=true
kubectl config set-credentials dev --token=learner
kubectl config set-context dev --cluster=dev --user=dev --namespace=dev
kubectl config use-context dev
sleep 10
