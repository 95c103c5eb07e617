# diagnosis: default-namespace
kubectl create deployment api --image=learn/hello:1.0 --replicas=2
