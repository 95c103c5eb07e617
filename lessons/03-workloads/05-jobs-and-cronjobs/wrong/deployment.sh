# diagnosis: deployment
kubectl create deployment report --image=learn/batch:1.0
sleep 30
