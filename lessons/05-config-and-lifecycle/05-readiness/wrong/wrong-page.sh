# diagnosis: asks-wrong-page
cat >> web.yaml <<END
          readinessProbe:
            httpGet:
              path: /healthcheck
              port: 8080
            periodSeconds: 2
END
kubectl apply -f web.yaml
sleep 60
