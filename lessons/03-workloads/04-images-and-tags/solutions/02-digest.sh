# By digest: no registry can move that.
# goal: mixed
answer asked "$(kubectl get deployment web -o jsonpath='{.spec.template.spec.containers[0].image}')"
# goal: one-code
id=$(kubectl get pods -l app=web --sort-by=.metadata.creationTimestamp -o jsonpath='{.items[0].status.containerStatuses[0].imageID}')
kubectl set image deployment/web "hello=learn/hello@${id#*@}"
kubectl rollout status deployment/web
sleep 15
