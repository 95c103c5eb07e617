# diagnosis: other-namespace
kubectl create configmap site --from-file=site.conf=dev.conf
kubectl create configmap settings --from-literal=STAGE=dev
cat >> web.yaml <<END
          envFrom: [{ configMapRef: { name: settings } }]
          volumeMounts: [{ name: site, mountPath: /etc/nginx/conf.d }]
      volumes: [{ name: site, configMap: { name: site } }]
END
kubectl apply -n dev -f web.yaml
sleep 15
