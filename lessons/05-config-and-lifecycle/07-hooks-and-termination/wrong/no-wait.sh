# diagnosis: no-wait
kubectl set image deployment/api api=learn/stubborn:polite
kubectl rollout status deployment/api
kubectl rollout restart deployment/api
kubectl rollout status deployment/api
sleep 60
