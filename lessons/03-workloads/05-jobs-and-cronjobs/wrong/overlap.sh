# diagnosis: overlap
kubectl apply -f tick.yaml
