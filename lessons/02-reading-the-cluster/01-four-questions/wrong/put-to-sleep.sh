# diagnosis: put-to-sleep
kubectl delete pod crash-pod
kubectl run crash-pod --image=learn/hello:1.0 --command -- sleep 1d
sleep 90
