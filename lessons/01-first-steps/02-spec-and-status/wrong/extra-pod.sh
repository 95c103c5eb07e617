# diagnosis: extra-pod
kubectl run web-3 --image=learn/hello:1.0 --labels=app=web
kubectl wait --for=condition=Ready pod/web-3 --timeout=60s
