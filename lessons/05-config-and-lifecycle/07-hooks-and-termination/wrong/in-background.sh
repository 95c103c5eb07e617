# diagnosis: in-background
kubectl patch deployment api -p '{"spec":{"template":{"spec":{"containers":[{"name":"api","image":"learn/stubborn:polite","lifecycle":{"preStop":{"exec":{"command":["sh","-c","sleep 5 &"]}}}}]}}}}'
kubectl rollout status deployment/api
