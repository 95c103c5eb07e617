# goal: pod-replaced
kubectl delete $(kubectl get pods -l app=guestbook -o name | head -n 1)
# goal: answers
kubectl expose deployment kv --port=6379
kubectl expose deployment guestbook --port=80 --target-port=5000
sleep 3
# goal: read-back
kubectl exec client -- wget -qO- 'http://guestbook/?entry=hello'
# goal: grown
kubectl scale deployment guestbook --replicas=5
kubectl rollout status deployment/guestbook --timeout=60s
