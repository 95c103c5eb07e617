# diagnosis: mistyped-image
kubectl run hello --image=learn/helo:1.0
sleep 20
