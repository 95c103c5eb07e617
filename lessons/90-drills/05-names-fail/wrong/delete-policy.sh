# diagnosis: policy-deleted
kubectl -n {{ns}} delete networkpolicy {{policy}}
