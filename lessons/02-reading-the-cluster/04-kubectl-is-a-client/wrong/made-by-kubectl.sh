# diagnosis: made-by-kubectl
kubectl create configmap by-hand -n dev --from-literal=made=kubectl
