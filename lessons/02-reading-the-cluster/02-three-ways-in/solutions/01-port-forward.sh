# The way of the story.
# goal: looked-inside
kubectl debug shop --image=busybox:1.36 --target=shop -c look -- sleep 1d
sleep 3
kubectl exec shop -c look -- cat /proc/1/root/etc/shop.conf
# goal: token
kubectl port-forward pod/shop 9000:9000 > forward.log &
sleep 1
answer token "$(curl -s localhost:9000/token)"
kill %1
# goal: works
kubectl create configmap shop --from-literal=shop.conf=currency=EUR --dry-run=client -o yaml | kubectl apply -f -
kubectl replace --force -f shop.yaml
kubectl wait --for=condition=Ready pod/shop --timeout=60s
sleep 3
