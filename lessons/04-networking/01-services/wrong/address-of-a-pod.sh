# diagnosis: address-of-a-pod
kubectl expose deployment guestbook --port=80 --target-port=5000
address=$(kubectl get pods -l app=kv -o jsonpath='{.items[0].status.podIP}')
kubectl set env deployment/guestbook STORE=$address:6379
kubectl rollout status deployment/guestbook
sleep 3
kubectl exec client -- wget -qO- 'http://guestbook/?entry=hello'
kubectl scale deployment guestbook --replicas=5
