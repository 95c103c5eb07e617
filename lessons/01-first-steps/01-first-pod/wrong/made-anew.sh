# diagnosis: made-anew
kubectl run hello --image=learn/hello:1.0
kubectl run web --image=learn/hello:9.9
until kubectl get pod web | grep -q ImagePullBackOff; do sleep 1; done
kubectl delete pod web
kubectl run web --image=learn/hello:1.0
kubectl wait --for=condition=Ready pod/web --timeout=60s
sleep 10
