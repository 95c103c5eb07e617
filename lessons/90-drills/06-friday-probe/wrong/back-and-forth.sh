# diagnosis: no-probe
# Somebody else is restarted all the time.
kubectl -n {{ns}} run broken --image=busybox -- false
probe() {
  kubectl -n {{ns}} patch deployment {{app}} --type=json -p "[$1]"
  kubectl -n {{ns}} rollout status deployment {{app}} --timeout=120s
  sleep 15
}
probe '{"op":"replace","path":"/spec/template/spec/containers/0/livenessProbe/httpGet/path","value":"/live"}'
# done: survives
probe '{"op":"remove","path":"/spec/template/spec/containers/0/livenessProbe"}'
# open: still-mended
