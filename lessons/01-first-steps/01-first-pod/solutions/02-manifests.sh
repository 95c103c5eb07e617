# Manifests instead of commands, and hello on a node of one's own choice.
cat > hello.yaml <<'END'
apiVersion: v1
kind: Pod
metadata:
  name: hello
spec:
  nodeName: worker-2
  containers:
    - name: main
      image: learn/hello:1.0
END
# goal: hello-ready
kubectl apply -f hello.yaml
kubectl wait --for=condition=Ready pod/hello --timeout=60s
# goal: version
answer version 1.0
# goal: twice
kubectl replace --force -f hello.yaml
kubectl wait --for=condition=Ready pod/hello --timeout=60s
# goal: web-broken
sed -e 's/hello:1.0/hello:9.9/' -e 's/name: hello/name: web/' -e '/nodeName/d' hello.yaml | kubectl apply -f -
until kubectl get pod web | grep -q ImagePullBackOff; do sleep 1; done
# goal: web-mended
kubectl patch pod web -p '{"spec":{"containers":[{"name":"main","image":"learn/hello:1.0"}]}}'
kubectl wait --for=condition=Ready pod/web --timeout=120s
