# diagnosis: no-path-type
kubectl apply -f shop.yaml
