# The way of the story.
# goal: ready
answer ready "$(kubectl get deployment web -o jsonpath='{.status.readyReplicas}')"
# goal: three
kubectl scale deployment web --replicas=3
kubectl rollout status deployment/web
# goal: lost-one
kubectl delete "$(kubectl get pods -l app=web -o name | head -n 1)"
kubectl rollout status deployment/web
sleep 5
