# The way of the story.
# goal: hello-ready
kubectl run hello --image=learn/hello:1.0
kubectl wait --for=condition=Ready pod/hello --timeout=60s
# goal: version
kubectl exec hello -- wget -qO- localhost:8080
answer version "$(kubectl exec hello -- wget -qO- localhost:8080/version)"
# goal: twice
kubectl delete pod hello
kubectl run hello --image=learn/hello:1.0
kubectl wait --for=condition=Ready pod/hello --timeout=60s
# goal: web-broken
kubectl run web --image=learn/hello:9.9
until kubectl get pod web | grep -q ImagePullBackOff; do sleep 1; done
# goal: web-mended
kubectl set image pod/web web=learn/hello:1.0
kubectl wait --for=condition=Ready pod/web --timeout=120s
