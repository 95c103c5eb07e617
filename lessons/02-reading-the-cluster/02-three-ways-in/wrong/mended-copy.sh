# diagnosis: mended-copy
kubectl create configmap shop --from-literal=shop.conf=currency=EUR --dry-run=client -o yaml | kubectl apply -f -
kubectl debug shop --copy-to=shop-2 --image=busybox:1.36 -c look -- sleep 1d
sleep 10
