# diagnosis: asks-dependency
cat >> freezer.yaml <<END
          livenessProbe:
            httpGet:
              path: /ready
              port: 8080
            periodSeconds: 10
END
kubectl apply -f freezer.yaml
kubectl rollout status deployment/freezer
