# What do the three say?
for app in by-env by-volume by-subpath; do
  echo "$app: $(kubectl exec deploy/$app -- wget -qO- localhost:8080/hello)"
done
