# diagnosis: address
kubectl set env deployment/web -n dev "STORE=$(kubectl get service store -n dev -o jsonpath='{.spec.clusterIP}'):6379"
kubectl rollout status -n dev deployment/web
