# diagnosis: none
sleep 3
# The Service is led to somebody else, of the new version or of the old one.
lead() {
  kubectl -n {{ns}} create deployment "$1" --image="learn/hello:$2"
  kubectl -n {{ns}} rollout status deployment "$1"
  kubectl -n {{ns}} patch service {{app}} -p "{\"spec\":{\"selector\":{\"app\":\"$1\"}}}"
  sleep 3
}
lead new-one 1.1
# open: new-version
kubectl -n {{ns}} rollout undo deployment {{app}}
kubectl -n {{ns}} rollout status deployment {{app}}
# open: new-version
kubectl -n {{ns}} patch configmap {{app}}-config -p '{"data":{"{{key}}":"jp"}}'
kubectl -n {{ns}} rollout undo deployment {{app}}
kubectl -n {{ns}} rollout status deployment {{app}} --timeout=120s
lead old-one 1.0
# open: new-version
