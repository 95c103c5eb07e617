# diagnosis: lax
cat >> freezer.yaml <<END
          livenessProbe:
            httpGet:
              path: /live
              port: 8080
            periodSeconds: 60
            failureThreshold: 5
END
kubectl apply -f freezer.yaml
kubectl rollout status deployment/freezer
