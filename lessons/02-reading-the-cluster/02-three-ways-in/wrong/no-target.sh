# diagnosis: no-target
kubectl debug shop --image=busybox:1.36 -c look -- sleep 1d
sleep 10
