# diagnosis: other-namespace
kubectl create namespace team-a
kubectl run hello -n team-a --image=learn/hello:1.0
sleep 20
