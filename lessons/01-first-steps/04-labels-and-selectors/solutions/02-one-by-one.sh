# By a patch, and Pod by Pod.
# goal: staging-gone
kubectl delete pod kale laurel maple
# goal: four
kubectl patch pod plum -p '{"metadata":{"labels":{"stage":"production"}}}'
# goal: untiered
answer untiered "$(kubectl get pods -o json | jq '[.items[] | select(.metadata.labels.tier == null)] | length')"
