# diagnosis: hook-too-long
kubectl patch deployment api -p '{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":10,"containers":[{"name":"api","image":"learn/stubborn:polite","lifecycle":{"preStop":{"exec":{"command":["sleep","60"]}}}}]}}}}'
kubectl rollout status deployment/api
