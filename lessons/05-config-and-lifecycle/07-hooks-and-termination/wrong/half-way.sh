# diagnosis: none
# Others who end, slowly, or who are restarted.
kubectl run lazy --image=learn/stubborn:1.0 --overrides='{"spec":{"terminationGracePeriodSeconds":900}}'
kubectl run broken --image=busybox:1.36 -- false
sleep 5
kubectl delete pod lazy --wait=false
sleep 1
# open: watched
# unknown: how-long events
# Rolled out again and again, and no better for it.
kubectl rollout restart deployment/api
kubectl rollout status deployment/api
kubectl rollout restart deployment/api
kubectl rollout status deployment/api
sleep 60
# diagnosis: none
# It listens, but its hook takes 25 seconds.
kubectl patch deployment api -p '{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":40,"containers":[{"name":"api","image":"learn/stubborn:polite","lifecycle":{"preStop":{"sleep":{"seconds":25}}}}]}}}}'
kubectl rollout status deployment/api
sleep 45
# open: in-time
kubectl patch deployment api -p '{"spec":{"template":{"spec":{"containers":[{"name":"api","lifecycle":{"preStop":{"sleep":{"seconds":5}}}}]}}}}'
kubectl rollout status deployment/api
sleep 45
# done: in-time
