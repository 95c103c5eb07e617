# Forward instead of back, and the strategy in numbers, with a pause for each new Pod.
# goal: new-version
kubectl set image deployment/web '*=learn/hello:2.0'
kubectl rollout status deployment/web
# goal: stalled
kubectl set image deployment/web '*=learn/hello:broken'
kubectl wait deployment/web --for=condition=Progressing=False --timeout=120s
# goal: recovered
kubectl set image deployment/web '*=learn/hello:2.0'
kubectl rollout status deployment/web
# goal: never-fewer
kubectl patch deployment web -p '{"spec":{"minReadySeconds":2,"strategy":{"rollingUpdate":{"maxSurge":3,"maxUnavailable":0}}}}'
