# The way of the story.
# goal: safe-rollout
cat >> web.yaml <<END
          readinessProbe:
            httpGet:
              path: /ready
              port: 8080
            periodSeconds: 2
END
kubectl apply -f web.yaml
sleep 2
# unknown: rollout-without-probe
kubectl rollout status deployment/web
# goal: one-out
pod=$(kubectl get pods -l app=web -o name | head -n 1)
kubectl exec $pod -- switch dependency off
sleep 15
kubectl exec $pod -- switch dependency on
sleep 10
# goal: all-out
for pod in $(kubectl get pods -l app=web -o name); do kubectl exec $pod -- switch dependency off; done
sleep 15
# open: all-out recovered
kubectl exec load -- wget -qO- -T 3 http://web || answer clients refused
for pod in $(kubectl get pods -l app=web -o name); do kubectl exec $pod -- switch dependency on; done
sleep 15
