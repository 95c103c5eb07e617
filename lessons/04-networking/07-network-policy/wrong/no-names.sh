# diagnosis: no-names
kubectl apply -f deny.yaml -f allow.yaml -f out.yaml
