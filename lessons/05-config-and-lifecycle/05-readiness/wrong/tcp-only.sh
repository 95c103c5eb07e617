# diagnosis: tcp-only
cat >> web.yaml <<END
          readinessProbe:
            tcpSocket:
              port: 8080
            periodSeconds: 2
END
kubectl apply -f web.yaml
kubectl rollout status deployment/web
