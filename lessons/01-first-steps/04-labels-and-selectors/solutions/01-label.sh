# The way of the story.
# goal: untiered
answer untiered "$(kubectl get pods -l '!tier' -o name | wc -l)"
# goal: four
kubectl label pod plum stage=production --overwrite
# goal: staging-gone
kubectl delete pods -l role=backend,stage=staging
