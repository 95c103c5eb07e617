# diagnosis: on-replicaset
kubectl scale "$(kubectl get replicasets -l app=web -o name)" --replicas=3
sleep 10
