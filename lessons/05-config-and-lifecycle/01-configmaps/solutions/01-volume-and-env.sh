# The way of the story.
cat >> web.yaml <<END
          envFrom:
            - configMapRef:
                name: settings
          volumeMounts:
            - name: site
              mountPath: /etc/nginx/conf.d
      volumes:
        - name: site
          configMap:
            name: site
END
# goal: dev
kubectl create configmap site -n dev --from-file=site.conf=dev.conf
# open: kept
kubectl create configmap settings -n dev --from-literal=STAGE=dev --from-literal=log.level=debug
kubectl apply -n dev -f web.yaml
kubectl rollout status -n dev deployment/web
# goal: both
kubectl create configmap site -n prod --from-file=site.conf=prod.conf
kubectl create configmap settings -n prod --from-literal=STAGE=prod --from-literal=log.level=info
kubectl apply -n prod -f web.yaml
# unknown: without
kubectl rollout status -n prod deployment/web
sleep 5
