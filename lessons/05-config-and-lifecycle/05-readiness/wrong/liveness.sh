# diagnosis: liveness
cat >> web.yaml <<END
          livenessProbe:
            httpGet:
              path: /ready
              port: 8080
            initialDelaySeconds: 20
            periodSeconds: 2
END
kubectl apply -f web.yaml
kubectl rollout status deployment/web
