# diagnosis: one-container
kubectl apply -f duo.yaml
