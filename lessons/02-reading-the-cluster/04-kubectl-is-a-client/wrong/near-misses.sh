# diagnosis: none
# Two are wanted, but not yet ready; two are ready, but three wanted; a merged file without a namespace, or with another context.
kubectl scale deployment api -n dev --replicas=2
# open: scaled
kubectl rollout status -n dev deployment/api
# done: scaled
kubectl scale deployment api -n dev --replicas=3
# open: scaled
KUBECONFIG=dev-config.yaml:prod-config.yaml kubectl config view --flatten > merged.yaml
sed 's/^current-context: .*/current-context: prod/' merged.yaml > ~/.kube/config
# open: merged
sed '/^    namespace: dev/d' merged.yaml > ~/.kube/config
# open: merged
sed '/^    namespace: prod/d' merged.yaml > ~/.kube/config
# open: merged
cp merged.yaml ~/.kube/config
# done: merged
