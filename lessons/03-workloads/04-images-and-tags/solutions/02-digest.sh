# By digest: no registry can move that.
# goal: mixed
answer asked "$(kubectl get deployment web -o jsonpath='{.spec.template.spec.containers[0].image}')"
# goal: one-code
id=$(kubectl get pods -l app=web --sort-by=.metadata.creationTimestamp -o jsonpath='{.items[0].status.containerStatuses[0].imageID}')
kubectl set image deployment/web "hello=learn/hello@${id#*@}"
kubectl rollout status deployment/web
sleep 15
# goal: private
kubectl create secret docker-registry pull --docker-server=registry.shop.example --docker-username=deployer --docker-password="$(sed -n 's/^password: *//p' login.txt)"
kubectl patch serviceaccount default -p '{"imagePullSecrets":[{"name":"pull"}]}'
kubectl rollout restart deployment/orders
kubectl rollout status deployment/orders
