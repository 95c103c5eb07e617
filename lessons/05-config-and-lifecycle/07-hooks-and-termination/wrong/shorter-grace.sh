# diagnosis: shorter-grace
kubectl patch deployment api -p '{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":5}}}}'
kubectl rollout status deployment/api
