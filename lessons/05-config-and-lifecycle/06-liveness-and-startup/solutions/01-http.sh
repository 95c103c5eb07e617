# The way of the story.
# goal: freezer
cat >> freezer.yaml <<END
          livenessProbe:
            httpGet:
              path: /live
              port: 8080
            periodSeconds: 10
            failureThreshold: 3
END
kubectl apply -f freezer.yaml
kubectl rollout status deployment/freezer
# goal: slow-starts
cat >> slow.yaml <<END
          startupProbe:
            httpGet:
              path: /live
              port: 8080
            periodSeconds: 10
            failureThreshold: 18
END
kubectl apply -f slow.yaml
kubectl rollout status deployment/slow
sleep 20
