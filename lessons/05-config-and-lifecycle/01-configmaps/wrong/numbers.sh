# diagnosis: numbers
kubectl apply -f numbers.yaml
