# diagnosis: first-container
answer most "$(kubectl get pods --sort-by='.status.containerStatuses[0].restartCount' -o name | tail -n 1 | cut -d/ -f2)"
