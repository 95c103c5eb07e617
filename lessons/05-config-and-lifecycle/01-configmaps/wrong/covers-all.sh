# diagnosis: covers-all
kubectl create configmap site -n dev --from-file=site.conf=dev.conf
kubectl create configmap settings -n dev --from-literal=STAGE=dev
cat >> web.yaml <<END
          envFrom: [{ configMapRef: { name: settings } }]
          volumeMounts: [{ name: site, mountPath: /etc/nginx }]
      volumes: [{ name: site, configMap: { name: site } }]
END
kubectl apply -n dev -f web.yaml
sleep 15
