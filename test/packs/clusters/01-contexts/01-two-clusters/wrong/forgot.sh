# diagnosis: wrong-cluster
kubectl config use-context production
kubectl set image deployment/shop shop=learn/hello:1.1
kubectl rollout status deployment/shop
sleep 10
