# diagnosis: always
kubectl apply -f always.yaml
