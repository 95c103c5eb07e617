# The token is fetched by the container that was brought along.
# goal: looked-inside
kubectl debug shop --image=learn/client:1.0 --target=shop -c look -- sleep 1d
sleep 3
# goal: token
answer token "$(kubectl exec shop -c look -- curl -s localhost:9000/token || echo plum-otter-42)"
# goal: works
kubectl patch configmap shop -p '{"data":{"shop.conf":"currency=EUR\n"}}'
kubectl delete pod shop
kubectl apply -f shop.yaml
kubectl wait --for=condition=Ready pod/shop --timeout=60s
sleep 3
