# The way of the story.
# goal: strategy
answer strategy Recreate
# goal: most
answer most dory
# goal: images
answer images "$(kubectl get pods -o jsonpath='{range .items[*].spec.containers[*]}{.image}{"\n"}{end}' | sort -u | wc -l)"
# goal: homeless
answer homeless "$(kubectl get pods --field-selector spec.nodeName= -o name | cut -d/ -f2)"
