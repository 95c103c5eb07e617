# goal: staging-new
kubectl set image deployment/shop shop=learn/hello:1.1
kubectl rollout status deployment/shop
# goal: production-more
kubectl --context production scale deployment shop --replicas=3
kubectl --context production rollout status deployment/shop
