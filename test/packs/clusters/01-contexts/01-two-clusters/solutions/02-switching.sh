# goal: production-more
kubectl config use-context production
kubectl scale deployment shop --replicas=3
kubectl rollout status deployment/shop
kubectl config use-context staging
# goal: staging-new
kubectl set image deployment/shop shop=learn/hello:1.1
kubectl rollout status deployment/shop
