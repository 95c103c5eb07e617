# diagnosis: no-class
sed -i 's/^          - path: \//          - path: \/\n            pathType: Prefix/' shop.yaml
kubectl apply -f shop.yaml
sleep 20
