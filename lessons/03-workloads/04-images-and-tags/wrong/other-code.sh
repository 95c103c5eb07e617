# diagnosis: other-code
kubectl set image deployment/orders orders=learn/hello:1.0
kubectl rollout status deployment/orders
