# goal: pod-replaced
kubectl delete $(kubectl get pods -l app=web -o name | head -n 1)
# goal: answers
kubectl expose deployment web --port=80 --target-port=8080
# goal: grown
kubectl scale deployment web --replicas=5
kubectl rollout status deployment/web --timeout=60s
