# The way of the story.
# goal: length
answer length "$(kubectl get secret db -o jsonpath='{.data.password}' | base64 -d | wc -c)"
# goal: login
kubectl create secret generic db --from-literal=password=hunter22 --dry-run=client -o yaml | kubectl apply -f -
# open: login
kubectl rollout restart deployment/app
kubectl rollout status deployment/app
sleep 5
# goal: intern
kubectl patch role look --type=json -p '[{"op":"replace","path":"/rules/0/resources","value":["pods","pods/log","services","configmaps","deployments"]}]'
