# diagnosis: none
# A Pod that never gets Ready; a Service whose Pods are others, too few, too many, or all lost when one is lost.
kubectl run slow --image=learn/client:1.0 --labels=app=guestbook --overrides='{"spec":{"containers":[
  {"name":"slow","image":"learn/client:1.0","command":["sleep","infinity"],"readinessProbe":{"exec":{"command":["false"]}}}]}}'
sleep 10
# open: pod-replaced
# unknown: address-stays
kubectl run decoy --image=learn/hello:1.0 --labels=app=decoy
kubectl wait --for=condition=Ready pod/decoy --timeout=60s
kubectl create service clusterip guestbook --tcp=80:8080
kubectl patch service guestbook -p '{"spec":{"selector":{"app":"decoy"}}}'
sleep 3
# open: answers read-back
kubectl delete service guestbook
kubectl delete pod decoy --now
kubectl expose deployment kv --port=6379
kubectl expose deployment guestbook --port=80 --target-port=5000
kubectl scale deployment guestbook --replicas=2
sleep 40
# done: answers
# open: all-answer
kubectl label $(kubectl get pods -l app=guestbook -o name | head -n 1) seat=front
kubectl patch service guestbook -p '{"spec":{"selector":{"seat":"front"}}}'
sleep 5
# open: survives
kubectl patch service guestbook -p '{"spec":{"selector":{"seat":null}}}'
kubectl scale deployment guestbook --replicas=4
sleep 15
# open: grown
# unknown: service-follows
kubectl delete pod slow --now
kubectl scale deployment guestbook --replicas=5
kubectl rollout status deployment/guestbook --timeout=60s
kubectl label $(kubectl get pods -l app=guestbook -o name | head -n 4) seat=front --overwrite
kubectl patch service guestbook -p '{"spec":{"selector":{"seat":"front"}}}'
sleep 5
# open: grown
kubectl patch service guestbook -p '{"spec":{"selector":{"seat":null}}}'
kubectl scale deployment guestbook --replicas=6
kubectl rollout status deployment/guestbook --timeout=60s
sleep 5
# open: grown
