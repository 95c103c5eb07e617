# The way of the story.
# goal: orphan
kubectl label "$(kubectl get pods -l app=web -o name | head -n 1)" app=quarantine --overwrite
sleep 5
# goal: adopted
kubectl apply -f stray.yaml
sleep 10
# goal: new-version
kubectl set image replicaset/web hello=learn/hello:1.1
kubectl delete pods -l app=web
sleep 15
