# A generator names the ConfigMap by the hash of its content.
# goal: followed
kubectl get configmap greeting -o json | jq '.data.hello = "good day"' | kubectl replace -f -
sleep 100
answer followed by-volume
# goal: undone
kubectl rollout restart deployment by-env by-subpath
sleep 20
answer undone day
# goal: evening
cat > kustomization.yaml <<END
resources: [apps.yaml]
configMapGenerator:
  - name: greeting
    literals: [hello=good evening]
END
kubectl apply -k .
for app in by-env by-volume by-subpath; do kubectl rollout status deployment/$app; done
sleep 5
