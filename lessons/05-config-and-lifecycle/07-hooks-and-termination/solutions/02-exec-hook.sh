# A hook that runs a command in the container.
# goal: in-time
kubectl patch deployment api -p '{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":25,"containers":[{"name":"api","image":"learn/stubborn:polite"}]}}}}'
kubectl rollout status deployment/api
# goal: no-loss
kubectl patch deployment api -p '{"spec":{"template":{"spec":{"containers":[{"name":"api","lifecycle":{"preStop":{"exec":{"command":["sleep","6"]}}}}]}}}}'
kubectl rollout status deployment/api
sleep 45
