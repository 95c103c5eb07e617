# diagnosis: not-taken
kubectl create configmap site -n dev --from-file=site.conf=dev.conf
kubectl create configmap settings -n dev --from-literal=STAGE=dev
kubectl apply -n dev -f web.yaml
kubectl rollout status -n dev deployment/web
