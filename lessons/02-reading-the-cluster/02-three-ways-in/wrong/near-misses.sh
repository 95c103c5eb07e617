# diagnosis: none
# A container with tools that can't be fetched; a mended shop that nobody asks; others that answer in its name.
kubectl debug shop --image=busybox:9.9 --target=shop -c look -- sleep 1d
sleep 10
# open: looked-inside
kubectl patch configmap shop -p '{"data":{"shop.conf":"currency=EUR\n"}}'
kubectl run shop-2 --image=learn/hello:1.0 --labels=app=shop
kubectl wait --for=condition=Ready pod/shop-2 --timeout=60s
kubectl delete pod shop --now
sed 's/^spec:/spec:\n  nodeSelector: { disk: gold }/' shop.yaml | kubectl create -f -
sleep 5
# open: works
kubectl delete pod shop-2 --now
kubectl run decoy --image=learn/hello:1.0 --labels=app=decoy
kubectl patch service shop -p '{"spec":{"selector":{"app":"decoy"}}}'
kubectl replace --force -f shop.yaml
kubectl wait --for=condition=Ready pod/shop pod/decoy --timeout=60s
sleep 5
# open: works
kubectl delete pod decoy --now
sleep 5
# open: works
