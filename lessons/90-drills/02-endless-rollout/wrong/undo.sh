# diagnosis: undone
sleep 3
kubectl -n {{ns}} rollout undo deployment {{app}}
