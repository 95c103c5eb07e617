# diagnosis: never-leaves
kubectl patch deployment api -p '{"spec":{"template":{"spec":{"containers":[{"name":"api","image":"learn/stubborn:polite","lifecycle":{"postStart":{"exec":{"command":["sh","-c","curl -s -X PUT registry/members/$HOSTNAME"]}},"preStop":{"sleep":{"seconds":5}}}}]}}}}'
kubectl rollout status deployment/api
sleep 10
