# The way of the story.
# goal: followed
kubectl patch configmap greeting -p '{"data":{"hello":"good day"}}'
sleep 100
# open: followed
answer followed by-volume
# goal: undone
kubectl rollout restart deployment by-env by-volume by-subpath
for app in by-env by-volume by-subpath; do kubectl rollout status deployment/$app; done
kubectl rollout undo deployment/by-env
# open: undone
answer undone day
sleep 20
# goal: evening
kubectl create configmap greeting-2 --from-literal=hello='good evening'
sed 's/name: greeting$/name: greeting-2/' apps.yaml | kubectl apply -f -
for app in by-env by-volume by-subpath; do kubectl rollout status deployment/$app; done
sleep 5
