# diagnosis: other-stage
kubectl set env deployment/web -n dev STORE=store.prod:6379
kubectl rollout status -n dev deployment/web
