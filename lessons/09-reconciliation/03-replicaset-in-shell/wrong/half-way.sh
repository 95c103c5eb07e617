# diagnosis: none
# Others are ready; Pods without a PodSet.
kubectl run other --image=learn/hello:1.0
sleep 5
# unknown: leaving
kubectl run web-0 --image=learn/hello:1.0 --labels=app=web
# unknown: leaving
# diagnosis: none
kubectl delete pod web-0
# Nine of a name, and ten of another one.
for i in 1 2 3 4 5 6 7 8 9; do kubectl run web-$i --image=learn/hello:1.0 --labels=app=web; done
# diagnosis: none
kubectl label pods -l app=web app=else --overwrite
kubectl run web-10 --image=learn/hello:1.0 --labels=app=else
# diagnosis: none
kubectl delete pods -l app=else --force
# One is wanted, and nobody makes it.
sed 's/replicas: .*/replicas: 1/' web.yaml | kubectl apply -f -
# open: filled owned
