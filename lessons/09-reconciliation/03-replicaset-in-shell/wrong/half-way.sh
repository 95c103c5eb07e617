# diagnosis: none
# Others are ready; Pods without a PodSet.
kubectl run other --image=learn/hello:1.0
sleep 5
# unknown: leaving
kubectl run web-0 --image=learn/hello:1.0 --labels=app=web
# unknown: leaving
# diagnosis: none
kubectl delete pod web-0
# One is wanted, and nobody makes it.
sed 's/replicas: .*/replicas: 1/' web.yaml | kubectl apply -f -
# open: filled owned
