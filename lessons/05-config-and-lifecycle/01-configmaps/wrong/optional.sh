# diagnosis: optional
for stage in dev prod; do
  kubectl create configmap site -n $stage --from-file=site.conf=$stage.conf
  kubectl create configmap settings -n $stage --from-literal=STAGE=$stage
done
cat >> web.yaml <<END
          envFrom: [{ configMapRef: { name: settings, optional: true } }]
          volumeMounts: [{ name: site, mountPath: /etc/nginx/conf.d }]
      volumes: [{ name: site, configMap: { name: site, optional: true } }]
END
for stage in dev prod; do
  kubectl apply -n $stage -f web.yaml
  kubectl rollout status -n $stage deployment/web
done
