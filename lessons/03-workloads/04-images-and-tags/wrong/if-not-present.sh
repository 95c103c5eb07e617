# diagnosis: if-not-present
kubectl patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"hello","imagePullPolicy":"IfNotPresent"}]}}}}'
kubectl rollout status deployment/web
sleep 10
