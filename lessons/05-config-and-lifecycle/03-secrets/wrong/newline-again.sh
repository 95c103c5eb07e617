# diagnosis: newline-again
kubectl delete secret db
echo hunter22 > password
kubectl create secret generic db --from-file=password
kubectl rollout restart deployment/app
kubectl rollout status deployment/app
