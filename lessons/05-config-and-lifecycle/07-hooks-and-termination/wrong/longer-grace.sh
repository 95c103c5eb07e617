# diagnosis: longer-grace
kubectl patch deployment api -p '{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":300}}}}'
kubectl rollout status deployment/api
