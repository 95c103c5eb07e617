# diagnosis: made-anew
kubectl get deployment api -o yaml | sed -e 's/stubborn:1.0/stubborn:polite/' -e '/uid:/d' -e '/resourceVersion:/d' > api.yaml
kubectl delete deployment api --grace-period=60
kubectl create -f api.yaml
kubectl rollout status deployment/api
