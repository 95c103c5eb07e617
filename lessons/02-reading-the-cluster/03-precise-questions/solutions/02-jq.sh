# By jq.
# goal: homeless
answer homeless "$(kubectl get pods -o json | jq -r '.items[] | select(.spec.nodeName == null) | .metadata.name')"
# goal: images
answer images "$(kubectl get pods -o json | jq '[.items[].spec.containers[].image] | unique | length')"
# goal: most
answer most "$(kubectl get pods -o json | jq -r '.items | max_by([.status.containerStatuses[]?.restartCount] | add // 0) | .metadata.name')"
# goal: strategy
answer strategy Recreate
