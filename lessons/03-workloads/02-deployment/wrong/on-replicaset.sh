# diagnosis: on-replicaset
kubectl create deployment web --image=learn/hello:1.0 --replicas=2
kubectl rollout status deployment/web
sleep 2
kubectl scale "$(kubectl get replicasets -l app=web -o name)" --replicas=3
sleep 10
