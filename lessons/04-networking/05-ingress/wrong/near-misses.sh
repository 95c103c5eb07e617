# diagnosis: none
# Everything goes to the api; everything goes to the shop; somebody answers where nobody should; no door at all.
kubectl create ingress shop --class=nginx --rule='shop.example.test/*=api:80'
sleep 20
# open: claimed
kubectl delete ingress shop
kubectl create ingress shop --class=nginx --rule='shop.example.test/*=shop:80'
sleep 20
# done: claimed
# open: api
# unknown: apix
kubectl run -n default nobody --image=9.9 --labels=Not/A/Label=x
# diagnosis: none
kubectl delete ingress shop
kubectl create ingress shop --class=nginx --rule='shop.example.test/*=shop:80' --rule='shop.example.test/api*=api:80'
kubectl get deployment api -o json | jq '{apiVersion: "v1", kind: "Pod", metadata: {name: "stray", labels: {app: "api"}}, spec: .spec.template.spec}' | kubectl create -f -
kubectl wait --for=condition=Ready pod/stray --timeout=60s
kubectl label pod stray app-
kubectl label pod stray door=api
kubectl patch service api -p '{"spec":{"selector":{"app":null,"door":"api"}}}'
sleep 10
# done: api
# open: nobody-there
kubectl delete service -n ingress-nginx ingress-nginx-controller
# broken: one-door
