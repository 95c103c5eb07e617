# diagnosis: none
# A hello that never gets ready does not live; a web without fault, or one that waits for a node, is nothing to mend.
kubectl run hello --image=learn/hello:9.9
sleep 5
# open: hello-ready
kubectl delete pod hello --now
sleep 8
# unknown: comes-back
kubectl run hello --image=learn/hello:1.0
# open: hello-ready
kubectl wait --for=condition=Ready pod/hello --timeout=60s
# done: hello-ready
# open: twice
# unknown: comes-back
kubectl run web --image=learn/hello:1.0
kubectl wait --for=condition=Ready pod/web --timeout=60s
# open: web-broken web-mended
kubectl delete pod web --now
kubectl run web --image=learn/hello:9.9
until kubectl get pod web | grep -q ImagePullBackOff; do sleep 1; done
# open: web-mended
kubectl delete pod web --now
kubectl run web --image=learn/hello:1.0 --overrides='{"spec":{"nodeSelector":{"disk":"gold"}}}'
sleep 10
# open: web-mended
