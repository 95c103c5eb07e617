# A hook that runs a command in the container.
# goal: in-time
kubectl patch deployment api -p '{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":25,"containers":[{"name":"api","image":"learn/stubborn:polite"}]}}}}'
kubectl rollout status deployment/api
# goal: no-loss
kubectl patch deployment api -p '{"spec":{"template":{"spec":{"containers":[{"name":"api","lifecycle":{"preStop":{"exec":{"command":["sleep","6"]}}}}]}}}}'
kubectl rollout status deployment/api
# goal: registered
kubectl patch deployment api -p '{"spec":{"template":{"spec":{"containers":[{"name":"api","lifecycle":{"postStart":{"exec":{"command":["sh","-c","curl -s -T /dev/null registry/members/$HOSTNAME"]}},"preStop":{"exec":{"command":["sh","-c","sleep 4; curl -s -X DELETE registry/members/$HOSTNAME"]}}}}]}}}}'
kubectl rollout status deployment/api
sleep 45
