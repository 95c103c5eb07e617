# diagnosis: none
# A billing inside the cluster; a store that is gone again; two stages told apart by their manifests; one store for both.
kubectl create service clusterip billing -n dev --tcp=80
# open: billing
answer full store.dev.svc.cluster.local
kubectl delete service store -n dev
kubectl expose deployment store -n dev --port=6379
kubectl delete service store -n dev
# open: remade
kubectl expose deployment store -n dev --port=6379
for stage in dev prod; do
  kubectl set env deployment/web -n $stage STORE=store.$stage:6379
  kubectl rollout status -n $stage deployment/web
done
sleep 5
# open: own-store
for stage in dev prod; do
  kubectl set env deployment/web -n $stage STORE=store.prod:6379
  kubectl rollout status -n $stage deployment/web
done
sleep 5
# open: own-store
for stage in dev prod; do
  kubectl set env deployment/web -n $stage 'STORE=$(STORE_SERVICE_HOST):6379'
  kubectl rollout status -n $stage deployment/web
done
# done: own-store
# open: lasting
for stage in dev prod; do
  kubectl set env deployment/web -n $stage STORE=store:6379
  kubectl rollout status -n $stage deployment/web
done
kubectl run decoy -n prod --image=learn/hello:1.0 --labels=app=decoy
kubectl wait -n prod --for=condition=Ready pod/decoy --timeout=60s
kubectl patch service web -n prod --type=json -p '[{"op":"replace","path":"/spec/selector","value":{"app":"decoy"}},{"op":"replace","path":"/spec/ports/0/targetPort","value":8080}]'
sleep 5
# open: own-store
