# The other side of each link is mended.
# goal: mail
kubectl get service mail -n staging -o json | jq 'del(.metadata, .spec.clusterIP, .spec.clusterIPs) | .metadata = {name: "mail"}' | kubectl apply -f -
# goal: price
kubectl patch configmap price -p '{"data":{"price.txt":"price list: tea 3\n"}}'
sleep 90
# goal: stock
kubectl patch service stock --type=json -p '[{"op":"replace","path":"/spec/ports/0/targetPort","value":8080}]'
# goal: shop
kubectl patch service shop --type=json -p '[{"op":"replace","path":"/spec/selector/app","value":"shop"}]'
# goal: cart
kubectl patch deployment cart -p '{"spec":{"template":{"metadata":{"labels":{"team":"checkout"}}}}}'
kubectl rollout status deployment/cart
sleep 5
