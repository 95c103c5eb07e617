# diagnosis: made-anew
sleep 3
kubectl -n {{ns}} delete deployment {{app}}
