# diagnosis: restarted
kubectl -n {{ns}} rollout restart deployment {{app}}
kubectl -n {{ns}} rollout status deployment {{app}}
