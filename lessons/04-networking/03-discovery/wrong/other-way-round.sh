# diagnosis: other-stage
for stage in dev prod; do
  kubectl set env deployment/web -n $stage STORE=store.dev:6379
  kubectl rollout status -n $stage deployment/web
done
