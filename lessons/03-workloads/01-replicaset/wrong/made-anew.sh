# diagnosis: made-anew
kubectl get replicaset web -o yaml | sed -e 's/hello:1.0/hello:1.1/' -e '/uid:/d' -e '/resourceVersion:/d' > new.yaml
kubectl delete replicaset web
kubectl create -f new.yaml
sleep 10
