# diagnosis: made-anew
kubectl delete pod plum
kubectl run plum --image=learn/hello:1.0 --labels=role=frontend,stage=production,tier=web
sleep 10
