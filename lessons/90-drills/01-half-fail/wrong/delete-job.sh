# diagnosis: job-deleted
kubectl -n {{ns}} delete job {{job}}
