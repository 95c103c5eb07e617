# diagnosis: tries-on
kubectl apply -f import.yaml
sleep 30
