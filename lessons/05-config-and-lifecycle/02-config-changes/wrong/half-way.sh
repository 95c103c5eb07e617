# diagnosis: none
# Answered before anything was tried.
answer followed by-volume
answer undone day
# open: followed undone
kubectl patch configmap greeting -p '{"data":{"hello":"good day"}}'
kubectl create configmap greeting-2 --from-literal=hello='good evening'
use() {
  kubectl get deployment "by-$1" -o json | sed "s/\"name\": \"greeting[^\"]*\"/\"name\": \"$2\"/" | kubectl replace -f -
  kubectl rollout status "deployment/by-$1"
}
# Two of three, each time.
use env greeting-2
use volume greeting-2
# open: evening
use subpath greeting-2
use env greeting
# open: evening
use env greeting-2
use volume greeting
# open: evening
use volume greeting-2
# done: evening
# One more rollout, and an undo leads back to what is.
kubectl rollout restart deployment/by-env
kubectl rollout status deployment/by-env
sleep 5
# open: undoable
use env greeting
use env greeting-2
kubectl rollout restart deployment/by-volume
kubectl rollout status deployment/by-volume
sleep 5
# open: undoable
use volume greeting
use volume greeting-2
kubectl rollout restart deployment/by-subpath
kubectl rollout status deployment/by-subpath
sleep 5
# open: undoable
# Refused for other reasons.
kubectl create configmap Greeting --from-literal=hello=you
# diagnosis: none
kubectl patch deployment by-env -p '{"spec":{"selector":{"matchLabels":{"more":"yes"}}}}'
