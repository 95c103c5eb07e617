# The Pods are replaced by scaling down and up.
# goal: new-version
kubectl patch replicaset web -p '{"spec":{"template":{"spec":{"containers":[{"name":"hello","image":"learn/hello:1.1"}]}}}}'
kubectl scale replicaset web --replicas=0
sleep 10
kubectl scale replicaset web --replicas=3
sleep 10
# goal: adopted
kubectl run stray --image=learn/hello:1.1 --labels=app=web
sleep 10
# goal: orphan
kubectl patch "$(kubectl get pods -l app=web -o name | tail -n 1)" -p '{"metadata":{"labels":{"app":"quarantine"}}}'
sleep 15
