# diagnosis: none
# The settings of another stage.
kubectl create configmap settings -n dev --from-literal=STAGE=dev
# open: kept
kubectl create configmap site -n dev --from-file=site.conf=prod.conf
# open: kept
kubectl delete configmap site settings -n dev
kubectl create configmap site -n dev --from-file=site.conf=dev.conf
kubectl create configmap settings -n dev --from-literal=STAGE=prod
# open: kept
kubectl delete configmap settings -n dev
kubectl create configmap settings -n dev --from-literal=STAGE=dev
# Only the variables; the file, but another stage; another program.
kubectl patch deployment web -n dev -p '{"spec":{"template":{"spec":{"containers":[{"name":"nginx","envFrom":[{"configMapRef":{"name":"settings"}}]}]}}}}'
kubectl rollout status deployment/web -n dev
# open: dev
kubectl patch deployment web -n dev -p '{"spec":{"template":{"spec":{"volumes":[{"name":"site","configMap":{"name":"site"}}],"containers":[{"name":"nginx","volumeMounts":[{"name":"site","mountPath":"/etc/nginx/conf.d"}]}]}}}}'
kubectl set env deployment/web -n dev STAGE=prod
kubectl rollout status deployment/web -n dev
# open: dev
kubectl set env deployment/web -n dev STAGE-
kubectl set image deployment/web -n dev nginx=nginx:1.26
kubectl rollout status deployment/web -n dev
# open: dev
kubectl set image deployment/web -n dev nginx=nginx:1.27
kubectl rollout status deployment/web -n dev
# done: dev
# In prod: the page of dev, the variable of dev, another container, another volume.
kubectl create configmap site -n prod --from-file=site.conf=dev.conf
kubectl create configmap settings -n prod --from-literal=STAGE=prod
kubectl get deployment web -n dev -o json | jq '{apiVersion, kind, metadata: {name: "web"}, spec}' | kubectl create -n prod -f -
kubectl rollout status deployment/web -n prod
# open: both
kubectl create configmap site -n prod --from-file=site.conf=prod.conf --dry-run=client -o yaml | kubectl replace -f -
kubectl patch configmap settings -n prod -p '{"data":{"STAGE":"dev"}}'
kubectl rollout restart deployment/web -n prod
kubectl rollout status deployment/web -n prod
# open: both
kubectl patch configmap settings -n prod -p '{"data":{"STAGE":"prod"}}'
kubectl set env deployment/web -n prod MORE=yes
kubectl rollout status deployment/web -n prod
# open: both
kubectl set env deployment/web -n prod MORE-
kubectl create configmap site-prod -n prod --from-file=site.conf=prod.conf
kubectl patch deployment web -n prod -p '{"spec":{"template":{"spec":{"volumes":[{"name":"site","configMap":{"name":"site-prod"}}]}}}}'
kubectl rollout status deployment/web -n prod
# open: both
# One more in default, and something else that is refused.
kubectl create configmap site --from-file=site.conf=dev.conf
kubectl create deployment Web --image=nginx:1.27
