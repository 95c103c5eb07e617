# A probe that runs a command in the container, and a startup probe before it.
# goal: safe-rollout
kubectl patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"slow",
  "startupProbe":{"tcpSocket":{"port":8080},"periodSeconds":2,"failureThreshold":30},
  "readinessProbe":{"exec":{"command":["wget","-q","-O","/dev/null","http://localhost:8080/ready"]},"periodSeconds":2}}]}}}}'
kubectl rollout status deployment/web
# goal: one-out
pod=$(kubectl get pods -l app=web -o name | tail -n 1)
kubectl exec $pod -- switch ready off
sleep 15
kubectl exec $pod -- switch ready on
sleep 10
# goal: all-out
for pod in $(kubectl get pods -l app=web -o name); do kubectl exec $pod -- switch ready off; done
sleep 15
answer clients refused
for pod in $(kubectl get pods -l app=web -o name | head -n 2); do kubectl exec $pod -- switch ready on; done
sleep 15
# open: recovered
for pod in $(kubectl get pods -l app=web -o name); do kubectl exec $pod -- switch ready on; done
sleep 15
