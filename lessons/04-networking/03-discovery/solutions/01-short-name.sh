# The way of the story.
# goal: full-name
answer full store.dev.svc.cluster.local
# goal: remade
kubectl delete service store -n dev
kubectl expose deployment store -n dev --port=6379
# goal: own-store
for stage in dev prod; do
  kubectl set env deployment/web -n $stage STORE=store:6379
  kubectl rollout status -n $stage deployment/web
done
sleep 5
# goal: peers
kubectl create service clusterip peers -n dev --clusterip=None --tcp=8080
# goal: billing
kubectl create service externalname billing -n dev --external-name=billing.example.test
sleep 10
