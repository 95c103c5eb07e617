# diagnosis: left-stalled
kubectl set image deployment/web hello=learn/hello:2.0
kubectl rollout status deployment/web
kubectl set image deployment/web hello=learn/hello:broken
sleep 60
