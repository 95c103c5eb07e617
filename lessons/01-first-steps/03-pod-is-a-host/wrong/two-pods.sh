# diagnosis: two-pods
kubectl run app --image=learn/hello:1.0
kubectl run reader --image=busybox:1.36 -- sleep infinity
sleep 10
